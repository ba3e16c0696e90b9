// Builds a plugin's WebAssembly module from its prepared source, or determines why it needs a container. The executable is always
// built: workers download it, and it runs if the module can't.
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { WasmOutcome } from '../../../src/contract/builder/builds.ts';
import { isolateLimits } from '../../../src/contract/limits/isolates.ts';
import { needsContainer } from '../../../src/contract/plugin/version-placement.ts';
import { formatMiB } from '../../../src/core/quantities.ts';
import { BuildFailed } from './build-failed.ts';
import type { BuildFolders } from './build-folders.ts';
import { listedFields, type Package, parsePackages, reasonForContainer } from './package-survey.ts';
import { wasmTarget } from './targets.ts';
import type { Toolchain } from './toolchain.ts';
import { limitMemory } from './wasm-memory.ts';

export type Survey = { packages: Package[] } | { reason: string };

const listBytesMax = 16 * 1024 * 1024;

/** Lists the module's packages without running or compiling any of them. */
export async function surveyPackages(toolchain: Toolchain, folders: BuildFolders, timeoutMs: number): Promise<Survey> {
  const { source, work, temp } = folders;
  const files = [`-modfile=${join(work, 'go.mod')}`, `-overlay=${join(work, 'overlay.json')}`];
  const argv = [toolchain.go.executable, 'list', '-deps', `-json=${listedFields}`, '-mod=readonly', ...files, '.'];
  const env = { ...wasmTarget.settings, TMPDIR: temp, GOPROXY: 'off' };
  const ran = await toolchain.run(argv, source, env, { timeoutMs, outputBytesMax: listBytesMax });
  if (!ran.succeeded) return { reason: doesNotBuild(rewritePaths(ran.errors, folders, toolchain)) };
  const packages = parsePackages(ran.output.toString('utf8'));
  const reason = reasonForContainer(packages);
  return reason === undefined ? { packages } : { reason };
}

/** Converts a failed compile to an outcome. Rejects with the error if the source isn't at fault. */
export function failureOutcome(error: unknown): WasmOutcome {
  if (!(error instanceof BuildFailed)) throw error;
  if (error.code === 'limit-exceeded') return { reason: doesNotBuild(error.message), retry: true };
  return { reason: doesNotBuild(error.message) };
}

const compress = promisify(gzip);

/** Sets the module's maximum memory. Returns the finished module's path and compressed size. */
export async function finishModule(
  compiled: string,
  { work }: Pick<BuildFolders, 'work'>,
): Promise<{ path: string; compressedBytes: number } | { reason: string }> {
  const { compressedBytesMax, memoryPagesMax, moduleBytesMax } = isolateLimits;
  const { size } = await stat(compiled);
  if (size > moduleBytesMax) return { reason: tooLarge(size, moduleBytesMax, '') };
  const module = limitMemory(await readFile(compiled), memoryPagesMax);
  if (!module)
    return { reason: needsContainer(`its data needs more than ${formatMiB(memoryPagesMax * 2 ** 16)} of memory`) };
  const compressedBytes = (await compress(module)).length;
  if (compressedBytes > compressedBytesMax)
    return { reason: tooLarge(compressedBytes, compressedBytesMax, ' compressed') };
  const path = join(work, wasmTarget.file);
  await writeFile(path, module);
  return { path, compressedBytes };
}

function tooLarge(bytes: number, max: number, how: string): string {
  return needsContainer(`has ${formatMiB(bytes)}${how}, more than ${formatMiB(max)}`);
}

function doesNotBuild(errors: string): string {
  const lines = errors.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return needsContainer(`does not build for WebAssembly (${lines[0]})`);
}

type Paths = Pick<BuildFolders, 'source' | 'work' | 'host'>;

export function rewritePaths(text: string, folders: Paths, { modules, go }: Pick<Toolchain, 'modules' | 'go'>): string {
  const { source, work, host } = folders;
  // Go prints paths near the source as relative paths.
  const absoluteAndRelative = (path: string) => [path, relative(source, path)];
  const replacements: [string[], string][] = [
    [[source], '.'],
    [absoluteAndRelative(work), '.'],
    [absoluteAndRelative(host), 'slipway'],
    [absoluteAndRelative(modules), '.'],
    [absoluteAndRelative(go.root), 'GOROOT'],
  ];
  let rewritten = text;
  for (const [forms, replacement] of replacements) {
    for (const form of forms) rewritten = rewritten.replaceAll(form, replacement);
  }
  return rewritten.replaceAll(/(?<![\w./])\.\//g, '').trimEnd();
}
