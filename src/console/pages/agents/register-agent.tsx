// A button that registers a version of an agent plugin.
import { lazy } from 'react';
import { DialogButton } from '../../parts/dialog.tsx';

const RegisterForm = lazy(() => import('./register-form.tsx'));

interface Props {
  namespace: string;
  /** The plugin that gets another version. Undefined: a new one. */
  name?: string;
}

export function RegisterAgent(props: Props) {
  return (
    <DialogButton
      label={props.name === undefined ? 'Register an agent plugin' : 'Register a version'}
      title="Register a version of an agent plugin"
    >
      {(close) => <RegisterForm close={close} {...props} />}
    </DialogButton>
  );
}
