// The form of every action: its fields, errors, and submit and cancel buttons.
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { AsCommand, type SameAs } from './copyable.tsx';
import { PageError } from './page-states.tsx';

interface Props<Done> {
  /** Button label. */
  submit: string;
  /** Button label while the server is working. */
  busy?: string;
  isDangerous?: boolean;
  isDisabled?: boolean;
  act: (form: FormData) => Promise<Done>;
  done?: (result: Done) => unknown;
  /** Closes the form. If omitted, there is no cancel button. */
  cancel?: () => void;
  /** Details of an error beyond its text. */
  explain?: (error: Error) => ReactNode;
  /** Returns the action as a command, with the form's values. */
  command?: (form: FormData) => SameAs;
  children: ReactNode;
}

export function ActionForm<Done>(props: Props<Done>) {
  const {
    submit,
    busy = submit,
    isDangerous = false,
    isDisabled = false,
    act,
    done,
    cancel,
    explain,
    command,
    children,
  } = props;
  const action = useMutation({ mutationFn: act, onSuccess: (result) => done?.(result) });
  const form = useRef<HTMLFormElement>(null);
  const [given, setGiven] = useState<FormData>();
  useEffect(() => setGiven(new FormData(form.current ?? undefined)), []);
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    action.mutate(new FormData(event.currentTarget));
  };
  return (
    <form ref={form} onSubmit={send} onChange={({ currentTarget }) => setGiven(new FormData(currentTarget))}>
      {children}
      {action.error && <PageError error={action.error} />}
      {action.error && explain?.(action.error)}
      <div className="actions">
        <button type="submit" className={isDangerous ? 'danger' : 'primary'} disabled={isDisabled || action.isPending}>
          {action.isPending ? busy : submit}
        </button>
        {cancel && (
          <button type="button" onClick={cancel}>
            Cancel
          </button>
        )}
      </div>
      {command && given && <AsCommand of="This action as a command" {...command(given)} />}
    </form>
  );
}

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  /** Renders the control with the IDs of its label and hint. */
  children: (ids: { id: string; 'aria-describedby': string | undefined }) => ReactNode;
}

/** A form control with its label above and its hint below. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': hint === undefined ? undefined : hintId })}
      {hint !== undefined && (
        <p id={hintId} className="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** Returns a field's text, trimmed. */
export function readText(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
