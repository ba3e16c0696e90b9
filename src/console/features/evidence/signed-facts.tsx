// Shows the key that signed a version's evidence, and downloads.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../data/api.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { Fact } from '../../parts/page-head.tsx';

const evidenceQuery = (namespace_id: string, plugin_id: string) =>
  queryOptions({
    queryKey: ['namespace', namespace_id, 'evidence', plugin_id],
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/evidence', {
        path: { namespace_id, plugin_id },
        signal,
      }),
  });

export default function SignedFacts({ namespace, plugin }: { namespace: string; plugin: Schemas['PluginDocument'] }) {
  const { data } = useQuery(evidenceQuery(namespace, plugin.plugin_id));
  const version = `/v1/namespaces/${namespace}/plugins/${plugin.plugin_id}`;
  return (
    <>
      <Fact name="Signed by the key">
        <Copyable text={data?.evidence[0]?.envelope?.signatures[0]?.keyid ?? '…'} />
      </Fact>
      <Fact name="Downloads">
        <a href={`${version}/evidence`} download="evidence.json">
          Evidence
        </a>{' '}
        ·{' '}
        <a href={`${version}/sbom`} download="sbom.cdx.json">
          SBOM
        </a>
      </Fact>
    </>
  );
}
