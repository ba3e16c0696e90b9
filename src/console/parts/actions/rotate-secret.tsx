// The dialog that rotates the secret of a key, webhook or deploy hook and shows the new one once. The old secret can stay valid for a
// while.
import type { ReactNode } from 'react';
import type { ApiRequest } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { Copyable } from '../copyable.tsx';
import { SelectField } from '../fields.tsx';
import { readText } from '../form.tsx';
import { ActionDialog, type ActionDialogProps } from './action.tsx';

/** How long the old secret stays valid, in seconds and in CLI syntax. */
export const overlaps = [
  { seconds: 0, duration: undefined, label: '0 s: it has leaked' },
  { seconds: 3600, duration: '1h', label: 'hour' },
  { seconds: 86_400, duration: '1d', label: 'day' },
  { seconds: 604_800, duration: '7d', label: '7 days' },
] as const;

interface Props<Answer> extends Pick<ActionDialogProps<Answer>, 'label' | 'of' | 'title' | 'className' | 'changes'> {
  /** The command's words, without the overlap. */
  words: readonly string[];
  /** The question above the overlap choices. */
  question: string;
  choices: readonly (typeof overlaps)[number][];
  request: (body: { overlap_seconds: number }) => ApiRequest<Answer>;
  secretIn: (answer: Answer) => string;
  /** Consequences, above the choice. */
  children?: ReactNode;
}

export function RotateSecret<Answer>(props: Props<Answer>) {
  const { words, question, choices, request, secretIn, children, ...button } = props;
  const secondsIn = (form: FormData) => Number(readText(form, 'overlap'));
  return (
    <ActionDialog
      {...button}
      submit="Rotate"
      request={(form) => request({ overlap_seconds: secondsIn(form) })}
      cli={(form) => {
        const overlap = overlaps.find(({ seconds }) => seconds === secondsIn(form))?.duration;
        return slipway(words, { overlap });
      }}
      shows={(answer) => <NewSecret secret={secretIn(answer)} />}
    >
      {children}
      <SelectField
        name="overlap"
        label={question}
        choices={choices.map(({ seconds, label }) => [`${seconds}`, label])}
        defaultValue="86400"
      />
    </ActionDialog>
  );
}

/** Shows a newly created secret once. */
export function NewSecret({ secret, children }: { secret: string; children?: ReactNode }) {
  return (
    <section className="state" role="status" aria-label="New secret">
      <p>This secret is shown only now. Store it in a secret manager.</p>
      <p>
        <Copyable text={secret} />
      </p>
      {children}
    </section>
  );
}
