// Provides a virtual environment with the real SDK for the SDK tests. Rebuilds it when its requirements or the Python change.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandRun } from '../command.ts';
import { createEnvironment } from '../uv.ts';

const folder = 'dist/sdk-venv';
const requirements = 'test/sdk/requirements.txt';

/** Returns the path of the environment's Python, or the installer's result if the installation failed. */
export async function sdkPython(python: string): Promise<string | CommandRun> {
  const executable = join(folder, 'bin', 'python');
  const installed = join(folder, 'installed.txt');
  const wanted = `${python}\n${await readFile(requirements, 'utf8')}`;
  if ((await textOf(installed)) === wanted) return executable;
  const failed = await createEnvironment(folder, python, ['--requirement', requirements]);
  if (failed) return failed;
  await writeFile(installed, wanted);
  return executable;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
