// A later call's answer: its result, or the error that the handler raised.
import type { Schemas } from '../../data/api.ts';
import { readStoredResult } from '../../data/calls/later-answer.ts';
import type { LaterCallState } from '../../data/calls/later-calls.ts';
import { Status, type Tone } from '../../parts/status.tsx';
import { visible } from '../../parts/visible-text.ts';
import { AnswerJson } from '../playground/answer-json.tsx';

const tones: Record<LaterCallState, Tone> = {
  queued: 'busy',
  running: 'busy',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'quiet',
  expired: 'quiet',
};

/** Shows a later call's state in the CLI's words. */
export function LaterCallStatus({ status }: { status: LaterCallState }) {
  return <Status tone={tones[status]}>{status}</Status>;
}

export function LaterAnswer({ call: { answer, status } }: { call: Schemas['AnsweredLaterCall'] }) {
  const found = readStoredResult(answer);
  if (status !== 'succeeded' && status !== 'failed') return null;
  if (found === null) return <p className="quiet">Its answer is no longer stored.</p>;
  return 'error' in found ? <p className="problem">{visible(found.error)}</p> : <AnswerJson value={found.result} />;
}
