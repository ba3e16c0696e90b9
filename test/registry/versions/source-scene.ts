// Published versions whose source is read.
import { versionSource } from '../../../src/registry/storage/source.ts';
import type { Scene } from '../../support/scenes/scene.ts';

export async function read(s: Scene, pluginId = 'hello_ext_1_0_0', path?: string) {
  const { total, truncated, files } = await versionSource(s.deps, s.actor, {
    ownerId: s.namespaceId,
    slug: pluginId,
    path,
  });
  const contents: Record<string, string | null> = {};
  for await (const { entry, content } of files())
    contents[entry.path] = content && `${content.encoding}:${content.text}`;
  return { total, truncated, contents };
}
