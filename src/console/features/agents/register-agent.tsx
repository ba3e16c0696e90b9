// A button that registers an agent plugin version.
import { lazyPart } from '../../connection/load-code.ts';
import { DialogButton } from '../../parts/dialog.tsx';

const RegisterForm = lazyPart(() => import('./register-form.tsx'));

interface Props {
  namespace: string;
  /** The plugin that gets the new version. Undefined for a new plugin. */
  name?: string;
}

export default function RegisterAgent(props: Props) {
  return (
    <DialogButton
      label={props.name === undefined ? 'Register an agent plugin' : 'Register a version'}
      title="Register an agent plugin version"
    >
      {(close) => <RegisterForm close={close} {...props} />}
    </DialogButton>
  );
}
