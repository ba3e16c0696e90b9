// Shows a version's source, its digests, and the key that signed them.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { formatBytes } from '../../../core/bytes.ts';
import { api, type Schemas } from '../../data/api.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { Fact } from '../../parts/page-head.tsx';
import { visible } from '../../parts/visible-text.ts';

type Plugin = Schemas['PluginDocument'];

const evidenceQuery = (namespace_id: string, plugin_id: string) =>
  queryOptions({
    queryKey: ['namespace', namespace_id, 'evidence', plugin_id],
    queryFn: ({ signal }) =>
      api.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/evidence', {
        path: { namespace_id, plugin_id },
        signal,
      }),
  });

export function VersionProvenance({ namespace, plugin }: { namespace: string; plugin: Plugin }) {
  const { data } = useQuery(evidenceQuery(namespace, plugin.plugin_id));
  const version = `/v1/namespaces/${namespace}/plugins/${plugin.plugin_id}`;
  return (
    <section aria-labelledby="provenance">
      <h2 id="provenance">Provenance</h2>
      <div className="panel">
        <dl className="facts">
          <Fact name="From">
            <Origin git={plugin.git} />
          </Fact>
          <Fact name="Size">{formatBytes(plugin.size_bytes)}</Fact>
          {plugin.message !== null && <Fact name="Message">{visible(plugin.message)}</Fact>}
          <Fact name="Dependencies">{plugin.manifest?.dependencies.join(', ') || 'none'}</Fact>
          <Fact name="Kinds of inputs">{plugin.manifest?.supported_input_types?.join(', ') || 'not declared'}</Fact>
          <Fact name="ID">
            <Copyable text={plugin.plugin_id} />
          </Fact>
          <Fact name="SHA-256 of the archive">
            <Copyable text={plugin.code_hash} />
          </Fact>
          {plugin.files_sha256 !== null && (
            <Fact name="SHA-256 of the files">
              <Copyable text={plugin.files_sha256} />
            </Fact>
          )}
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
        </dl>
      </div>
    </section>
  );
}

function Origin({ git }: Pick<Plugin, 'git'>) {
  if (!git) return 'an uploaded archive';
  const { commit, path, ref, repository } = git;
  return (
    <>
      <code>{visible(path === null ? repository : `${repository} ${path}`)}</code> at <code>{visible(ref)}</code>
      {commit !== null && (
        <>
          {' '}
          · <Copyable text={commit} />
        </>
      )}
    </>
  );
}
