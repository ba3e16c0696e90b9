// Sends the call, to two versions at the same time if a second one is chosen, and shows the answers side by side.
import { useMutation } from '@tanstack/react-query';
import { pluginIdOf } from '../../../core/plugin-id.ts';
import { type CallOutcome, callVersion, type PlaygroundCall } from '../../data/calls.ts';
import { PageError } from '../../parts/page-states.tsx';
import { CallAnswer } from './call-answer.tsx';

interface Result {
  place: 'first' | 'second';
  title: string;
  pluginId: string;
  outcome: CallOutcome | undefined;
  error: unknown;
}

interface Props {
  call: PlaygroundCall | undefined;
  /** The version that answers a call without one. */
  serving: string;
  compare: string | undefined;
}

export function CallResults({ call, serving, compare }: Props) {
  const run = useMutation({
    mutationFn: (sent: PlaygroundCall) => {
      const second = compare === undefined ? [] : [resultOf('second', { ...sent, version: compare }, serving)];
      return Promise.all([resultOf('first', sent, serving), ...second]);
    },
  });
  const answers = run.data?.map(({ outcome }) => JSON.stringify(outcome?.answer.raw_response));
  return (
    <section aria-label="Answers" className="panel">
      <p className="actions">
        <button
          type="button"
          className="primary"
          disabled={call === undefined || run.isPending}
          onClick={() => call && run.mutate(call)}
        >
          {run.isPending ? 'Calling…' : compare === undefined ? 'Call' : 'Call both'}
        </button>
      </p>
      <div aria-live="polite">
        {answers?.length === 2 && (
          <p>{answers[0] === answers[1] ? 'Both versions answered the same.' : 'The answers differ.'}</p>
        )}
      </div>
      {run.isIdle && (
        <p className="quiet">The answer is shown here, with its time and whether it fits the output schema.</p>
      )}
      {call && run.data && (
        <div className="beside">
          {run.data.map(({ place, title, pluginId, outcome, error }) => (
            <section key={place} aria-label={`Answer of ${title}`}>
              <h2>{title}</h2>
              {outcome ? (
                <CallAnswer namespace={call.namespace} pluginId={pluginId} outcome={outcome} />
              ) : (
                <PageError error={error} />
              )}
            </section>
          ))}
        </div>
      )}
    </section>
  );
}

/** One version that cannot be called does not hide what the other one answered. */
async function resultOf(place: Result['place'], call: PlaygroundCall, serving: string): Promise<Result> {
  const { name, version } = call;
  const called = { place, title: version ?? name, pluginId: pluginIdOf(name, version ?? serving) };
  try {
    return { ...called, outcome: await callVersion(call), error: undefined };
  } catch (error) {
    return { ...called, outcome: undefined, error };
  }
}
