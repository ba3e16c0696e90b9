// Sends the call, to two versions at the same time if a second one is selected, and shows the responses side by side.
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { formatPluginId } from '../../../core/plugin-id.ts';
import type { Schemas } from '../../data/api.ts';
import { laterCallQuery } from '../../data/calls/later-calls.ts';
import { type CallOutcome, callLater, callVersion } from '../../data/calls/playground-calls.ts';
import type { PlaygroundCall } from '../../data/calls/realtime-call.ts';
import { PageError } from '../../parts/page-states.tsx';
import { LaterAnswer, LaterCallStatus } from '../later-calls/later-answer.tsx';
import { CallAnswer } from './call-answer.tsx';
import { StreamedResults, type Target } from './streamed-results.tsx';

interface Result {
  target: Target;
  /** Undefined if the call was rejected. */
  outcome: CallOutcome | undefined;
  accepted: Schemas['LaterCall'] | undefined;
  error: unknown;
}

interface Props {
  call: PlaygroundCall | undefined;
  /** The live version, which handles calls that don't name a version. */
  serving: string;
  compare: string | undefined;
}

export function CallResults({ call, serving, compare }: Props) {
  const calls = call === undefined ? [] : [call, ...(compare === undefined ? [] : [{ ...call, version: compare }])];
  const targets = calls.map((one) => targetOf(one, serving));
  return call?.mode === 'stream' ? <StreamedResults targets={targets} /> : <WholeResults targets={targets} />;
}

function targetOf(call: PlaygroundCall, serving: string): Target {
  const { name, version } = call;
  return { call, title: version ?? name, pluginId: formatPluginId(name, version ?? serving) };
}

function WholeResults({ targets }: { targets: readonly Target[] }) {
  const run = useMutation({ mutationFn: (sent: readonly Target[]) => Promise.all(sent.map(resultOf)) });
  const answers = run.data?.map(({ outcome }) => outcome?.answer.raw_response?.text);
  const isLater = targets[0]?.call.mode === 'later';
  return (
    <section aria-label="Answers" className="panel">
      <p className="actions">
        <button
          type="button"
          className="primary"
          disabled={targets.length === 0 || run.isPending}
          onClick={() => run.mutate(targets)}
        >
          {run.isPending ? 'Calling…' : targets.length > 1 ? 'Call both' : 'Call'}
        </button>
      </p>
      <div aria-live="polite">
        {answers?.length === 2 && run.data?.every(({ outcome }) => outcome) && (
          <p>{answers[0] === answers[1] ? 'Both versions returned the same result.' : 'The answers differ.'}</p>
        )}
      </div>
      {run.isIdle && (
        <p className="quiet">
          {isLater
            ? 'The call is accepted immediately. Its result appears later, here and on its own page.'
            : 'The response appears here, with its duration and whether it matches the output schema.'}
        </p>
      )}
      {run.data && (
        <div className="beside">
          {run.data.map((result) => (
            <section key={result.target.title} aria-label={`Answer of ${result.target.title}`}>
              <h2>{result.target.title}</h2>
              <OneResult result={result} />
            </section>
          ))}
        </div>
      )}
    </section>
  );
}

function OneResult({ result: { accepted, error, outcome, target } }: { result: Result }) {
  if (accepted) return <AcceptedCall id={accepted.call_id} />;
  if (!outcome) return <PageError error={error} />;
  return <CallAnswer namespace={target.call.namespace} pluginId={target.pluginId} outcome={outcome} />;
}

/** If one version can't be called, still show the other one's response. */
async function resultOf(target: Target): Promise<Result> {
  const nothing = { target, outcome: undefined, accepted: undefined, error: undefined };
  try {
    if (target.call.mode === 'later') return { ...nothing, accepted: await callLater(target.call) };
    return { ...nothing, outcome: await callVersion(target.call) };
  } catch (error) {
    return { ...nothing, error };
  }
}

/** Shows a later call's state, and its answer once there is one. */
function AcceptedCall({ id }: { id: string }) {
  const { data, error } = useQuery(laterCallQuery(id));
  if (error && !data) return <PageError error={error} />;
  return (
    <>
      <p>
        <span aria-live="polite">
          <LaterCallStatus status={data?.status ?? 'queued'} />
        </span>{' '}
        <Link to="/calls/$call" params={{ call: id }}>
          {id}
        </Link>
      </p>
      {data && <LaterAnswer call={data} />}
    </>
  );
}
