// Verifies in the browser that the log is complete and unchanged: each block of events contains the previous block's hash.
import { useMutation } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { loadCode } from '../../connection/load-code.ts';
import { api } from '../../data/api.ts';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { Status } from '../../parts/status.tsx';

/** Reads the whole log. Loads the verifier on demand. */
async function verifyChain() {
  const [{ exportedLines }, { ExportVerifier }] = await loadCode(() =>
    Promise.all([import('../../../client/event-export.ts'), import('../../../contract/events/event-export.ts')]),
  );
  const verifier = new ExportVerifier();
  for await (const line of exportedLines(api, undefined)) await verifier.add(line);
  return verifier.result();
}

export function ChainBadge() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const verify = useMutation({ mutationFn: verifyChain });
  if (key.namespace_ids !== null)
    return (
      <p className="quiet">
        This key is bound to namespaces. To verify and export the log, use a key without that restriction.
      </p>
    );
  return (
    <section aria-live="polite">
      <p>
        <button type="button" disabled={verify.isPending} onClick={() => verify.mutate()}>
          {verify.isPending ? 'Verifying…' : 'Verify the chain'}
        </button>{' '}
        <span className="quiet">reads the whole log and recomputes its hashes here</span>
      </p>
      {verify.error && <PageError error={verify.error} />}
      {verify.data && <Result result={verify.data} />}
      <AsCommand of="Export and verify as a command" cli="slipway events --export" path="/v1/events/export" />
    </section>
  );
}

function Result({ result }: { result: Awaited<ReturnType<typeof verifyChain>> }) {
  if ('problem' in result)
    return (
      <p>
        <Status tone="bad">the log does not verify</Status> Line {result.line}: {result.problem}. Compare it with an
        earlier export, and show it to the operator.
      </p>
    );
  const { events, blocks, unsealed, last } = result;
  return (
    <p>
      <Status tone="good">chain verified</Status> {events - unsealed} events in{' '}
      {blocks === 1 ? '1 block' : `${blocks} blocks`} are intact, {unsealed} are not sealed yet. Last block{' '}
      <Copyable text={last} />
    </p>
  );
}
