// Installs plugins from the `slipway init` templates on a running local server, so that requests find data.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPlugin } from '../../src/cli/init/create-plugin.ts';
import type { SlipwayClient } from '../../src/client/client.ts';
import { type GoKind, goSurfaces } from '../../src/contract/plugin/go-kinds.ts';
import type { GitServer, Tree } from '../../test/builder/sources/git-server.ts';

/** Installs a Go plugin from the Git server, which Slipway must be allowed to reach (SLIPWAY_ALLOW_LOOPBACK=1). */
export async function installGoPlugin(
  client: SlipwayClient,
  git: GitServer,
  { kind, name }: { kind: GoKind; name: string },
): Promise<void> {
  const repository = git.repository(`${kind}-${name}`);
  const version = repository.commit(await templateTree(kind, name));
  const plugins = await client.get(goSurfaces[kind], {});
  if (plugins.some((plugin) => plugin.name === name))
    await client.delete(`${goSurfaces[kind]}/{name}`, { path: { name } });
  await client.post(goSurfaces[kind], { body: { name, repository: repository.url, version } });
}

async function templateTree(kind: GoKind, name: string): Promise<Tree> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-sample-'));
  const options = {
    name,
    kind,
    category: undefined,
    description: undefined,
    author: undefined,
    output: folder,
  } as const;
  const { files } = await createPlugin(options);
  const tree: Tree = {};
  for (const path of files) tree[path] = await readFile(join(folder, path), 'utf8');
  await rm(folder, { recursive: true });
  return tree;
}
