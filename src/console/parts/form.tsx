// The form of every action: its fields, what went wrong, and the buttons that send it and leave it.
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useId } from 'react';
import { PageError } from './page-states.tsx';

interface Props<Done> {
  /** Text of the button. */
  submit: string;
  /** Text of the button while the server works. */
  busy?: string;
  isDangerous?: boolean;
  isDisabled?: boolean;
  act: (form: FormData) => Promise<Done>;
  done?: (result: Done) => unknown;
  /** Leaves the form. Without it there is no second button. */
  cancel?: () => void;
  /** More about an error than its text. */
  explain?: (error: Error) => ReactNode;
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
    children,
  } = props;
  const action = useMutation({ mutationFn: act, onSuccess: (result) => done?.(result) });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    action.mutate(new FormData(event.currentTarget));
  };
  return (
    <form onSubmit={send}>
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
    </form>
  );
}

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  /** Renders the control with the ID of its label, and that of its hint. */
  children: (ids: { id: string; 'aria-describedby': string | undefined }) => ReactNode;
}

/** A control of a form with its label above and its hint below. */
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

/** The text of a field without the space around it. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
