// The answer of a later call: its result, or the error that the handler raised.
import type { Schemas } from '../../data/api.ts';
import { resultOf } from '../../data/calls/later-answer.ts';
import { visible } from '../../parts/visible-text.ts';
import { AnswerJson } from '../playground/answer-json.tsx';

export function LaterAnswer({ call: { answer, status } }: { call: Schemas['AnsweredLaterCall'] }) {
  const found = resultOf(answer);
  if (status !== 'succeeded' && status !== 'failed') return null;
  if (found === null) return <p className="quiet">Its answer is not kept any more.</p>;
  return 'error' in found ? <p className="problem">{visible(found.error)}</p> : <AnswerJson value={found.result} />;
}
