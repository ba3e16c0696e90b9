// The dialog that gives a key, webhook or deploy hook another secret, which is shown once. The old one can be kept for a while.
import { type ReactNode, useState } from 'react';
import { slipway } from '../../data/shell.ts';
import { ActionForm, Field, textOf } from '../form.tsx';
import { NewSecret } from '../secret.tsx';

/** How long the old secret is kept, in seconds and as the command line has it. */
export const overlaps = [
  { seconds: 0, duration: undefined, label: '0 s: it is known to others' },
  { seconds: 3600, duration: '1h', label: 'hour' },
  { seconds: 86_400, duration: '1d', label: 'day' },
  { seconds: 604_800, duration: '7d', label: '7 days' },
] as const;

interface Props {
  /** Words of the command line, without the overlap. */
  command: readonly string[];
  path: string;
  /** Question that the overlap answers. */
  label: string;
  choices: readonly (typeof overlaps)[number][];
  /** Consequences, above the choice. */
  children?: ReactNode;
  /** Returns the new secret. */
  rotate: (body: { overlap_seconds: number }) => Promise<string>;
  done: () => Promise<unknown>;
  close: () => void;
}

export function RotateSecret({ command, path, label, choices, children, rotate, done, close }: Props) {
  const [secret, setSecret] = useState<string>();
  if (secret !== undefined)
    return (
      <>
        <NewSecret secret={secret} />
        <button type="button" className="primary" onClick={close}>
          Done
        </button>
      </>
    );
  const bodyOf = (form: FormData) => ({ overlap_seconds: Number(textOf(form, 'overlap')) });
  return (
    <ActionForm
      submit="Rotate"
      act={(form) => rotate(bodyOf(form))}
      done={(made) => {
        setSecret(made);
        return done();
      }}
      cancel={close}
      command={(form) => {
        const body = bodyOf(form);
        const overlap = overlaps.find(({ seconds }) => seconds === body.overlap_seconds)?.duration;
        return { cli: slipway(command, { overlap }), path, method: 'POST', body };
      }}
    >
      {children}
      <Field label={label}>
        {(ids) => (
          <select name="overlap" defaultValue="86400" {...ids}>
            {choices.map(({ seconds, label }) => (
              <option key={seconds} value={seconds}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
    </ActionForm>
  );
}
