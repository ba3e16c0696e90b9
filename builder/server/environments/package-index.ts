// States where packages come from: the builder's environment names an index, a folder of wheels, or nothing.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inheritedVariables } from '../sandbox/trusted-program.ts';

const defaultIndex = 'https://pypi.org/simple';

export interface PackageIndex {
  /** A folder with wheels, used instead of an index. */
  wheels: string | undefined;
  /** An index for torch and its companions, such as one with builds for the CPU only. */
  torch: string | undefined;
}

export function readPackageIndex(env: NodeJS.ProcessEnv): PackageIndex {
  const { BUILDER_WHEELS: wheels, BUILDER_TORCH_INDEX: torch } = env;
  return { wheels: wheels ? resolve(wheels) : undefined, torch: torch || undefined };
}

/** Where one file is: the folder if it has the file, else the URL of the index. */
export function locationOf(file: string, { wheels }: PackageIndex): string {
  const isInFolder = wheels !== undefined && existsSync(join(wheels, file));
  return isInFolder ? wheels : process.env.UV_DEFAULT_INDEX || defaultIndex;
}

/** Options of uv. */
export function indexOptions({ wheels, torch }: PackageIndex): string[] {
  if (wheels !== undefined) return ['--offline', '--no-index', '--find-links', wheels];
  // Only packages with hashes of the lock are installed, so that it doesn't matter which index has one.
  return torch === undefined ? [] : ['--index', torch, '--index-strategy', 'unsafe-best-match'];
}

/** Variables of the builder's environment that uv reads. */
export function indexVariables(): Record<string, string> {
  return inheritedVariables(['UV_DEFAULT_INDEX']);
}
