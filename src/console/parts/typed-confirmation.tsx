// A dangerous action: what it does, what cannot be undone, and a name to type before the button works.
import { type ReactNode, useState } from 'react';
import type { SameAs } from './copyable.tsx';
import { DialogButton } from './dialog.tsx';
import { ActionForm, Field } from './form.tsx';
import { visible } from './visible-text.ts';

interface Props {
  label: string;
  /** As that of a DialogButton. */
  of?: string;
  title: string;
  /** Name that is typed to confirm, as it is shown. */
  name: string;
  /** The consequences, and how to undo them. */
  children: ReactNode;
  act: (form: FormData) => Promise<unknown>;
  command?: (form: FormData) => SameAs;
}

export function TypedConfirmation({ label, of, title, ...rest }: Props) {
  return (
    <DialogButton label={label} of={of} className="small" title={title}>
      {(close) => <Confirmation label={of === undefined ? label : `${label} ${of}`} close={close} {...rest} />}
    </DialogButton>
  );
}

function Confirmation({
  label,
  name,
  children,
  act,
  command,
  close,
}: Omit<Props, 'title' | 'of'> & { close: () => void }) {
  const [typed, setTyped] = useState('');
  const shown = visible(name);
  return (
    <ActionForm
      submit={label}
      act={act}
      done={close}
      cancel={close}
      isDangerous
      isDisabled={typed !== shown}
      {...(command && { command })}
    >
      {children}
      <Field
        label={
          <>
            Type <code>{shown}</code> to confirm
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
