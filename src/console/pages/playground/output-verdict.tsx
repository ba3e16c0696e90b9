// Shows whether a response matches the output that the version's manifest declares. The server checks it during the call.
import { useQuery } from '@tanstack/react-query';
import type { RealtimeAnswer } from '../../data/calls/realtime-call.ts';
import { versionQuery } from '../../data/queries.ts';
import { Status } from '../../parts/status.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Props {
  namespace: string;
  pluginId: string;
  answer: Pick<RealtimeAnswer, 'error' | 'status'>;
}

/** Error prefix for responses that don't match the manifest. */
export const mismatch = 'OutputMismatch: ';

export function OutputVerdict({ namespace, pluginId, answer: { error, status } }: Props) {
  const { data } = useQuery(versionQuery(namespace, pluginId));
  const manifest = data?.plugin.manifest;
  if (error?.startsWith(mismatch))
    return (
      <>
        <p>
          <Status tone="bad">Does not match manifest.py</Status>
        </p>
        <ul className="problem">
          {error
            .slice(mismatch.length)
            .split('; ')
            .map((problem) => (
              <li key={problem}>{visible(problem)}</li>
            ))}
        </ul>
      </>
    );
  if (status !== 'success' || !manifest) return null;
  if (!manifest.output_schema && manifest.features.length === 0)
    return <p className="quiet">The manifest declares no output, so the response is not checked.</p>;
  return (
    <p>
      <Status tone="good">Matches manifest.py</Status>
    </p>
  );
}
