// The state of a run, by the words of the command line.
import type { RunState } from '../../data/runs/run-queries.ts';
import { Status, type Tone } from '../../parts/status.tsx';

const tones: Record<RunState, Tone> = {
  open: 'quiet',
  queued: 'busy',
  splitting: 'busy',
  running: 'busy',
  succeeded: 'good',
  partial: 'warning',
  failed: 'bad',
  cancelled: 'quiet',
  expired: 'quiet',
};

/** Where the word alone does not say what happens next. */
export const stateTexts: Partial<Record<RunState, string>> = {
  open: 'Waits for its input. It expires a day after it was created.',
  queued: 'Begins as soon as there is a worker.',
  splitting: 'Its rows are being counted. The first ones are worked on already.',
  cancelled: 'Rows that were done keep their results.',
  expired: 'Its input was not sent in time.',
};

export function RunStatus({ status }: { status: RunState }) {
  return <Status tone={tones[status]}>{status}</Status>;
}
