// The answer of one call: how it ended, how long it took, the JSON, and what the plugin printed meanwhile.
import { useQuery } from '@tanstack/react-query';
import type { CallOutcome } from '../../data/calls.ts';
import { callLogsQuery } from '../../data/calls.ts';
import { ByPlace } from '../../parts/by-place.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { Status } from '../../parts/status.tsx';
import { duration } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';

/** A browser shows no more of one text in a reasonable time. */
const shownMax = 100_000;

export function CallAnswer({ namespace, outcome }: { namespace: string; outcome: CallOutcome }) {
  const { answer, requestId, tookMs } = outcome;
  const text = JSON.stringify(answer.raw_response, null, 2);
  return (
    <>
      <p>
        <Status tone={answer.status === 'success' ? 'good' : 'bad'}>{answer.status}</Status> · {duration(tookMs)}{' '}
        <span className="quiet">({duration(answer.duration_ms)} in the plugin)</span>
      </p>
      {answer.message !== null && <p className="problem">{visible(`${answer.error ?? 'error'}: ${answer.message}`)}</p>}
      {(answer.status === 'success' || answer.raw_response !== null) && (
        <section aria-label="Answer">
          <pre className="code">{visible(text.slice(0, shownMax))}</pre>
        </section>
      )}
      {text.length > shownMax && <p>The answer is longer: {text.length} characters in all.</p>}
      {requestId !== undefined && (
        <>
          <p>
            Request <Copyable text={requestId} />
          </p>
          <CallLogs namespace={namespace} deployment={answer.deployment_id} request={requestId} />
        </>
      )}
    </>
  );
}

function CallLogs({ namespace, deployment, request }: { namespace: string; deployment: string; request: string }) {
  const { data } = useQuery(callLogsQuery(namespace, deployment, request));
  if (!data) return <p role="status">Reading the log…</p>;
  if (data.lines.length === 0) return <p className="quiet">The plugin printed nothing during this call.</p>;
  return (
    <section aria-label="Log of this call">
      <pre className="code log">
        <ByPlace items={data.lines}>{({ line }) => <div>{visible(line)}</div>}</ByPlace>
      </pre>
    </section>
  );
}
