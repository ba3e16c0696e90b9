// Provides uv for tests and for the virtual environments of the project's own tools. It's the builder's release, downloaded once and
// verified by hash. A distribution's Python may lack `venv` and pip.
import { accessSync, constants, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { uvVersion } from '../../builder/server/environments/uv-release.ts';
import { homeFolder } from '../../src/cli/cache-folder.ts';
import { type CommandRun, runCommand } from './command.ts';

/** Same folder as the builder's BUILDER_TOOLS. */
export const toolsFolder = resolve('dist/tools');
const program = join(toolsFolder, `uv-${uvVersion}`);

/** Sets a folder for uv's downloads if the user's own folder isn't writable. */
function cacheArguments(): string[] {
  const folder = process.env.UV_CACHE_DIR ?? process.env.XDG_CACHE_HOME ?? homeFolder(process.env);
  try {
    accessSync(folder, constants.W_OK);
    return [];
  } catch {
    return ['--cache-dir', resolve('dist/uv')];
  }
}

export function hasUv(): boolean {
  return existsSync(program);
}

/** Downloads uv unless it's present. On failure, the output has the reason. */
export async function fetchUv(): Promise<CommandRun> {
  if (hasUv()) return { exitCode: 0, output: '', ms: 0 };
  const ran = await runCommand(process.execPath, ['builder/server/environments/fetch-uv.ts', toolsFolder]);
  return hasUv() ? ran : { ...ran, exitCode: 1 };
}

/** Runs uv, which must be there, without the user's settings. */
export function runUv(args: string[]): Promise<CommandRun> {
  return runCommand(program, [...args, ...cacheArguments(), '--no-config', '--quiet', '--no-python-downloads']);
}

/**
 * Creates a virtual environment in `folder` with `packages`, which are arguments for `uv pip install`. If a command fails, returns its
 * run.
 */
export async function createEnvironment(
  folder: string,
  python: string,
  packages: string[],
): Promise<CommandRun | undefined> {
  const fetched = await fetchUv();
  if (fetched.exitCode !== 0) return fetched;
  for (const args of [
    ['venv', '--python', python, '--clear', folder],
    ['pip', 'install', '--python', join(folder, 'bin', 'python'), ...packages],
  ]) {
    const ran = await runUv(args);
    if (ran.exitCode !== 0) return ran;
  }
  return undefined;
}

/** Builds a Python project's wheel in `folder`. The project uses uv's own backend, which needs no download. */
export async function buildWheel(folder: string, out: string): Promise<void> {
  const fetched = await fetchUv();
  const args = ['build', '--wheel', ...cacheArguments(), '--no-config', '--quiet', '--out-dir', out, folder];
  const ran = fetched.exitCode === 0 ? await runCommand(program, args) : fetched;
  if (ran.exitCode !== 0) throw new Error(ran.output);
}
