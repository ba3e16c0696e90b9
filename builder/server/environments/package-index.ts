// States where packages come from: the builder's environment names an index, a folder of wheels, or nothing.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inheritedVariables } from '../sandbox/trusted-program.ts';

const defaultIndex = 'https://pypi.org/simple';

export interface PackageIndex {
  /** A folder with wheels, used instead of an index. */
  wheels: string | undefined;
  /** Names the builds of torch and its companions that are preferred, as uv does. `none`: those of the usual index. */
  torchBackend: 'cpu' | 'none';
  /** Index with these builds, if it is not PyTorch's own. */
  torchIndex: string | undefined;
}

export function readPackageIndex(env: NodeJS.ProcessEnv): PackageIndex {
  const { BUILDER_WHEELS: wheels, BUILDER_TORCH_BACKEND: backend, BUILDER_TORCH_INDEX: torchIndex } = env;
  return {
    wheels: wheels ? resolve(wheels) : undefined,
    torchBackend: backend === 'none' ? 'none' : 'cpu',
    torchIndex: torchIndex || undefined,
  };
}

/** Where one file is: the folder if it has the file, else the URL of the index. */
export function locationOf(file: string, { wheels }: Pick<PackageIndex, 'wheels'>): string {
  const isInFolder = wheels !== undefined && existsSync(join(wheels, file));
  return isInFolder ? wheels : process.env.UV_DEFAULT_INDEX || defaultIndex;
}

/** Options of uv. */
export function indexOptions({ wheels }: PackageIndex): string[] {
  return wheels === undefined ? [] : ['--offline', '--no-index', '--find-links', wheels];
}

/** Options of uv for builds of torch that are not those of the usual index. Undefined if none are preferred. */
export function torchOptions({ wheels, torchBackend, torchIndex }: PackageIndex): string[] | undefined {
  if (wheels !== undefined || torchBackend === 'none') return undefined;
  // Only packages with hashes of the lock are installed, so that it doesn't matter which index has one.
  if (torchIndex !== undefined) return ['--index', torchIndex, '--index-strategy', 'unsafe-best-match'];
  return ['--torch-backend', torchBackend];
}

/** Where the builds are that `torchOptions` prefers, for messages. */
export function torchPlace({ torchBackend, torchIndex }: PackageIndex): string {
  return torchIndex === undefined ? `PyTorch's index for ${torchBackend}` : 'the index in BUILDER_TORCH_INDEX';
}

/** Options to install one package of a lock, which may have been resolved with other settings. */
export function optionsToInstall(index: PackageIndex, { name, version }: { name: string; version: string }): string[] {
  const hasOwnBuild = /^torch/.test(name) && version.includes('+');
  const torch = hasOwnBuild ? torchOptions({ ...index, torchBackend: 'cpu' }) : undefined;
  return [...indexOptions(index), ...(torch ?? [])];
}

/** Variables of the builder's environment that uv reads. */
export function indexVariables(): Record<string, string> {
  return inheritedVariables(['UV_DEFAULT_INDEX']);
}
