// Shows a version's source and its digests. Features add more.
import { Suspense } from 'react';
import { formatBytes } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { Fact } from '../../parts/page-head.tsx';
import { visible } from '../../parts/visible-text.ts';
import { added } from '../../points.ts';

type Plugin = Schemas['PluginDocument'];

export function VersionProvenance({ namespace, plugin }: { namespace: string; plugin: Plugin }) {
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
          {plugin.manifest?.tags && <Fact name="Tags">{plugin.manifest.tags.join(', ')}</Fact>}
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
          {added('versionFacts').map(({ name, Facts }) => (
            <Suspense key={name}>
              <Facts namespace={namespace} plugin={plugin} />
            </Suspense>
          ))}
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
