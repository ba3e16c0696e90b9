// An action in a dialog: its button, fields, request (also shown as a command), and what follows.
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { type LinkProps, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { ApiRequest } from '../../data/api.ts';
import { DialogButton } from '../dialog.tsx';
import { ActionForm, Field } from '../form.tsx';
import { PageError } from '../page-states.tsx';
import { say } from '../toasts/toasts.tsx';
import { visible } from '../visible-text.ts';

interface Effects<Answer> {
  /** Keys of the queries to invalidate afterwards. */
  changes: readonly QueryKey[];
  /** Returns the page to go to afterwards. */
  goTo?: (answer: Answer) => LinkProps;
  /** Returns the success message, with a link to the created or changed item. */
  said?: (answer: Answer) => string;
  link?: (answer: Answer) => { to: LinkProps; text: string } | undefined;
  /** Replaces the form with a result, such as a secret that is shown once. */
  shows?: (answer: Answer) => ReactNode;
}

interface ActionProps<Answer> extends Effects<Answer> {
  /** Label of the submit button. */
  submit: string;
  /** Label of that button while the server is working. */
  busy?: string;
  isDisabled?: boolean;
  /** A name to type before the button works, for dangerous actions. */
  typed?: string;
  request: (form: FormData) => ApiRequest<Answer>;
  /** Default: `slipway api` with the request. */
  cli?: (form: FormData) => string | undefined;
  /** Details of an error beyond its text. */
  explain?: (error: Error) => ReactNode;
  /** The fields and the consequences. */
  children?: ReactNode;
}

interface ButtonProps {
  label: string;
  /** Same as in DialogButton. */
  of?: string;
  title: string;
  className?: string;
  hash?: string;
}

export type ActionDialogProps<Answer> = ButtonProps & Omit<ActionProps<Answer>, 'submit'> & { submit?: string };

/** Renders the button and its dialog. A dangerous action's submit button has the same label. */
export function ActionDialog<Answer>({ label, of, title, className, hash, ...action }: ActionDialogProps<Answer>) {
  const named = of === undefined ? label : `${label} ${of}`;
  const small = action.typed === undefined ? undefined : 'small';
  return (
    <DialogButton label={label} of={of} title={title} className={className ?? small} {...(hash && { hash })}>
      {(close) => <Action submit={named} close={close} {...action} />}
    </DialogButton>
  );
}

/** The dialog's content. */
export function Action<Answer>(props: ActionProps<Answer> & { close: () => void }) {
  const { children, cli, close, isDisabled = false, request, shows, submit, typed } = props;
  const [entered, setEntered] = useState('');
  const [answer, setAnswer] = useState<Answer>();
  const done = useDone(props, setAnswer);
  if (shows && answer !== undefined)
    return (
      <>
        {shows(answer)}
        <button type="button" className="primary" onClick={close}>
          Done
        </button>
      </>
    );
  return (
    <ActionForm
      submit={submit}
      {...(props.busy && { busy: props.busy })}
      {...(props.explain && { explain: props.explain })}
      isDangerous={typed !== undefined}
      isDisabled={isDisabled || (typed !== undefined && entered !== visible(typed))}
      act={(form) => request(form).send()}
      done={done}
      cancel={close}
      command={(form) => ({ cli: cli?.(form), ...request(form) })}
    >
      {children}
      {typed !== undefined && <TypedName name={visible(typed)} entered={entered} enter={setEntered} />}
    </ActionForm>
  );
}

/** Refreshes changed data and closes the dialog before it shows the message or opens another page. */
function useDone<Answer>(
  { changes, close, goTo, link, said, shows }: Effects<Answer> & { close: () => void },
  show: (answer: Answer) => void,
): (answer: Answer) => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async (answer) => {
    if (shows) show(answer);
    if (goTo) {
      close();
      await navigate(goTo(answer));
    }
    // Most actions deal with something that needed attention.
    for (const queryKey of [...changes, ['needs']]) await queries.invalidateQueries({ queryKey });
    if (!shows && !goTo) close();
    if (said) say(said(answer), link?.(answer));
  };
}

interface AtOnceProps<Answer> extends Omit<Effects<Answer>, 'shows'> {
  label: string;
  isMain?: boolean;
  send: () => Promise<Answer>;
}

/** A button that acts immediately, without a dialog. */
export function ActionButton<Answer>({ label, isMain = false, send, ...effects }: AtOnceProps<Answer>) {
  const done = useDone({ ...effects, close: nothing }, nothing);
  const action = useMutation({ mutationFn: send, onSuccess: done });
  return (
    <>
      <button
        type="button"
        className={isMain ? 'primary' : undefined}
        disabled={action.isPending}
        onClick={() => action.mutate()}
      >
        {label}
      </button>
      {action.error && <PageError error={action.error} />}
    </>
  );
}

const nothing = () => undefined;

interface NameProps {
  name: string;
  entered: string;
  enter: (text: string) => void;
}

function TypedName({ name, entered, enter }: NameProps) {
  const label = (
    <>
      Type <code>{name}</code> to confirm
    </>
  );
  return (
    <Field label={label}>
      {(ids) => <input value={entered} autoComplete="off" onChange={({ target }) => enter(target.value)} {...ids} />}
    </Field>
  );
}

/** A button that downloads a file from a short-lived URL created on click. */
export function Download({ label, find }: { label: string; find: () => Promise<string> }) {
  const download = useMutation({ mutationFn: find, onSuccess: (url) => location.assign(url) });
  return (
    <>
      <button type="button" disabled={download.isPending} onClick={() => download.mutate()}>
        {label}
      </button>
      {download.error && <PageError error={download.error} />}
    </>
  );
}

/** Destructive actions, last on the page, each with its effect. */
export function Ends({ children }: { children: ReactNode }) {
  return (
    <section className="ends" aria-labelledby="ends">
      <h2 id="ends">Danger zone</h2>
      <div className="panel">{children}</div>
    </section>
  );
}

/** One destructive action: its effect and its button. */
export function End({ effect, children }: { effect: string; children: ReactNode }) {
  return (
    <div className="row">
      <p>{effect}</p>
      {children}
    </div>
  );
}
