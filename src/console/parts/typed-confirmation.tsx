// A dangerous action: what it does, what cannot be undone, and a name to type before the button works.
import { type ReactNode, useState } from 'react';
import { DialogButton } from './dialog.tsx';
import { ActionForm, Field } from './form.tsx';

interface Props {
  label: string;
  title: string;
  /** Name that is typed to confirm. */
  name: string;
  /** The consequences, and how to undo them. */
  children: ReactNode;
  act: () => Promise<unknown>;
}

export function TypedConfirmation({ label, title, ...rest }: Props) {
  return (
    <DialogButton label={`${label}…`} className="small" title={title}>
      {(close) => <Confirmation label={label} close={close} {...rest} />}
    </DialogButton>
  );
}

function Confirmation({ label, name, children, act, close }: Omit<Props, 'title'> & { close: () => void }) {
  const [typed, setTyped] = useState('');
  return (
    <ActionForm submit={label} act={act} done={close} cancel={close} isDangerous isDisabled={typed !== name}>
      {children}
      <Field
        label={
          <>
            Type <code>{name}</code> to confirm
          </>
        }
      >
        {(ids) => (
          <input value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} {...ids} />
        )}
      </Field>
    </ActionForm>
  );
}
