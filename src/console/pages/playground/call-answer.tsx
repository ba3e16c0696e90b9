// One call's response: its outcome, duration and JSON, and what the plugin printed during the call.
import { useQuery } from '@tanstack/react-query';
import { formatDuration } from '../../../core/quantities.ts';
import type { CallOutcome } from '../../data/calls/playground-calls.ts';
import { callLogsQuery } from '../../data/calls/playground-calls.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { ByPlace } from '../../parts/plugins/by-place.tsx';
import { Status } from '../../parts/status.tsx';
import { visible } from '../../parts/visible-text.ts';
import { AnswerJson } from './answer-json.tsx';
import { mismatch, OutputVerdict } from './output-verdict.tsx';

interface Props {
  namespace: string;
  /** The version that was called. */
  pluginId: string;
  outcome: CallOutcome;
}

export function CallAnswer({ namespace, pluginId, outcome }: Props) {
  const { answer, requestId, tookMs } = outcome;
  return (
    <>
      <p>
        <Status tone={answer.status === 'success' ? 'good' : 'bad'}>{answer.status}</Status> · {formatDuration(tookMs)}{' '}
        <span className="quiet">({formatDuration(answer.duration_ms)} in the plugin)</span>
      </p>
      {answer.status === 'error' && !answer.error?.startsWith(mismatch) && (
        <p className="problem">{visible(answer.error ?? answer.message ?? 'The plugin returned no result')}</p>
      )}
      <OutputVerdict namespace={namespace} pluginId={pluginId} answer={answer} />
      {(answer.status === 'success' || answer.raw_response !== null) && <AnswerJson value={answer.raw_response} />}
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

export function CallLogs({
  namespace,
  deployment,
  request,
}: {
  namespace: string;
  deployment: string;
  request: string;
}) {
  const { data } = useQuery(callLogsQuery(namespace, deployment, request));
  if (!data) return <p role="status">Reading the log…</p>;
  if (data.lines.length === 0) return <p className="quiet">The plugin printed nothing during this call.</p>;
  return (
    <section aria-label="This call's log">
      <pre className="code log">
        <ByPlace items={data.lines}>{({ line }) => <div>{visible(line)}</div>}</ByPlace>
      </pre>
    </section>
  );
}
