// Two versions whose files differ.
import { parseVersion } from '../../../src/contract/plugin/manifest.ts';
import { diffVersions, type VersionDiff } from '../../../src/registry/diff/diff.ts';
import type { Files } from '../../support/plugins/plugin.ts';
import { publishVersion, type Scene, scene } from '../../support/scenes/scene.ts';

const number = (text: string) => parseVersion(text) ?? { major: 0, minor: 0, patch: 0 };

export function diff(s: Scene, before: string, after: string): Promise<VersionDiff> {
  return diffVersions(s.deps, s.actor, {
    ownerId: s.namespaceId,
    name: 'hello_ext',
    before: number(before),
    after: number(after),
  });
}

/** Publishes 1.0.0 and 1.0.1 with these files. By default, the manifests differ only in the version. */
export async function two(before: Files, after: Files): Promise<Scene> {
  const s = await scene({ files: before });
  await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.1', files: after });
  return s;
}

export async function changesOf(before: Files, after: Files) {
  const { files } = await diff(await two(before, after), '1.0.0', '1.0.1');
  return files.filter(({ path }) => path !== 'manifest.py');
}
