// Defines where packages come from. The builder's environment variables name an index, a folder of wheels, or nothing.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LockEntry } from '../../../src/contract/builder/packages.ts';
import { torchBackends } from '../core/settings.ts';
import { inheritedVariables } from '../sandbox/trusted-program.ts';

const defaultIndex = 'https://pypi.org/simple';

export interface PackageIndex {
  /** A folder with wheels, used instead of an index. */
  wheels: string | undefined;
  /** The preferred builds of torch and related packages, in uv's terms, such as `cu128`. `none` means the usual index's builds. */
  torchBackend: string;
  /** The index with these builds, if it isn't PyTorch's own. */
  torchIndex: string | undefined;
}

/** CUDA versions for which PyTorch's own index has builds, newest first, so that one of them fits any current driver. */
const cudaVersions = ['13.0', '12.8', '12.6', '11.8'];

/** `cuda` is the newest CUDA that the driver of the builder's GPUs supports: null if unknown, undefined if it lends none. */
export function readPackageIndex(env: NodeJS.ProcessEnv, cuda?: string | null): PackageIndex {
  const { BUILDER_WHEELS: wheels, BUILDER_TORCH_BACKEND: backend, BUILDER_TORCH_INDEX: torchIndex } = env;
  return {
    wheels: wheels ? resolve(wheels) : undefined,
    torchBackend: backend && torchBackends.test(backend) ? backend : defaultTorchBackend(cuda),
    torchIndex: torchIndex || undefined,
  };
}

function defaultTorchBackend(cuda: string | null | undefined): string {
  if (cuda === undefined) return 'cpu';
  if (cuda === null) return 'none';
  const newest = cudaVersions.find((version) => cudaNumber(version) <= cudaNumber(cuda));
  return newest === undefined ? 'cpu' : `cu${newest.replace('.', '')}`;
}

function cudaNumber(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return 100 * major + minor;
}

/** Returns a file's location: the folder if it has the file, otherwise the index URL. */
export function fileLocation(file: string, { wheels }: Pick<PackageIndex, 'wheels'>): string {
  const isInFolder = wheels !== undefined && existsSync(join(wheels, file));
  return isInFolder ? wheels : process.env.UV_DEFAULT_INDEX || defaultIndex;
}

/** The organization's indexes, which one uv run reaches at one address (indexes/private-indexes.ts). */
interface OwnIndexes {
  url: string;
  /** Variables that let uv reach the address directly, even if it uses a proxy. */
  direct: Record<string, string>;
  originOf(name: string): object | undefined;
}

/** Where uv looks for packages. */
export interface UvIndexes {
  options: string[];
  environment: Record<string, string>;
}

/**
 * The organization's own indexes come first: uv takes a package from the first index that has it, and asks no other. No argument
 * contains their addresses, because other users on the machine could read it there.
 */
export function usualIndexes({ wheels }: PackageIndex, own: OwnIndexes | undefined): UvIndexes {
  if (!own) return { options: offlineOptions(wheels), environment: {} };
  if (wheels === undefined) return { options: [], environment: { ...own.direct, UV_INDEX: own.url } };
  return { options: ['--find-links', wheels], environment: { ...own.direct, UV_DEFAULT_INDEX: own.url } };
}

function offlineOptions(wheels: string | undefined): string[] {
  return wheels === undefined ? [] : ['--offline', '--no-index', '--find-links', wheels];
}

/** Names that uv takes from PyTorch's own index if torch builds are preferred. This is a subset of uv's list, which changes. */
export const torchNames = [
  'torch',
  'torchvision',
  'torchaudio',
  'triton',
  'pytorch-triton',
  'deepspeed',
  'flash-attn',
  'vllm',
];

/** Returns the indexes for torch builds from outside the usual index, or undefined if no such builds are preferred. */
export function torchIndexes(index: PackageIndex, own: OwnIndexes | undefined): UvIndexes | undefined {
  const { wheels, torchBackend, torchIndex } = index;
  if (wheels !== undefined || torchBackend === 'none') return undefined;
  const { environment } = usualIndexes(index, own);
  if (torchIndex === undefined) {
    if (torchNames.some((name) => own?.originOf(name))) return undefined;
    return { options: ['--torch-backend', torchBackend], environment };
  }
  if (own) return { options: [], environment: { ...environment, UV_INDEX: `${own.url} ${torchIndex}` } };
  // Only packages with the lock's hashes are installed, so any index may provide them.
  return { options: ['--index', torchIndex, '--index-strategy', 'unsafe-best-match'], environment };
}

/** Names the source of the builds that `torchIndexes` prefers, for messages. */
export function torchPlace({ torchBackend, torchIndex }: PackageIndex): string {
  return torchIndex === undefined ? `PyTorch's index for ${torchBackend}` : 'the index in BUILDER_TORCH_INDEX';
}

/** Returns the kind of torch builds that a lock has from their own index, such as `cpu` or `cu128`; undefined if it has none. */
export function lockedTorchBackend(text: string): string | undefined {
  return /^torch==[^\s+]+\+(cpu|cu\d+)\s/m.exec(text)?.[1];
}

/**
 * Returns the indexes for one of a lock's packages, which may have been resolved with other settings. If the package has an origin,
 * returns only that. `torchBackend` is the lock's.
 */
export function indexesToInstall(
  index: PackageIndex,
  { name, origin, torchBackend }: Pick<LockEntry, 'name' | 'origin'> & { torchBackend: string | undefined },
  own: OwnIndexes | undefined,
): UvIndexes {
  if (origin && own) return { options: [], environment: { ...own.direct, UV_DEFAULT_INDEX: own.url } };
  const isBuiltForIt = torchBackend !== undefined && /^(?:py)?torch|^triton/.test(name);
  const torch = isBuiltForIt ? torchIndexes({ ...index, torchBackend }, undefined) : undefined;
  const { options } = usualIndexes(index, undefined);
  return { options: [...options, ...(torch?.options ?? [])], environment: {} };
}

/** Variables of the builder's environment that uv reads. */
export function indexVariables(): Record<string, string> {
  return inheritedVariables(['UV_DEFAULT_INDEX']);
}
