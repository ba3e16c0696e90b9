// A dangerous action: what it does, what cannot be undone, and a name to type before the button works.
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { DialogButton, DialogEnd } from './dialog.tsx';
import { PageError } from './page-states.tsx';

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
    <DialogButton label={`${label}…`} title={title}>
      {(close) => <Form label={label} close={close} {...rest} />}
    </DialogButton>
  );
}

function Form({ label, name, children, act, close }: Omit<Props, 'title'> & { close: () => void }) {
  const [typed, setTyped] = useState('');
  const id = useId();
  const action = useMutation({ mutationFn: act, onSuccess: close });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    action.mutate();
  };
  return (
    <form onSubmit={submit}>
      {children}
      <label htmlFor={id}>
        Type <code>{name}</code> to confirm
      </label>
      <input id={id} value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
      {action.error && <PageError error={action.error} />}
      <DialogEnd close={close} isDisabled={typed !== name || action.isPending} isDangerous>
        {label}
      </DialogEnd>
    </form>
  );
}
