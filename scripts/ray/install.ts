// Installs Ray into its own virtual environment, with the uv that builders use. Reinstalls it when its version or the Python changes.
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createEnvironment } from '../testing/uv.ts';

/** The release that Slipway is tested with. */
export const rayVersion = '2.60.0';

const folder = resolve('dist/ray');
/** Ray installs an application's packages with pip, which uv's environments lack. */
const packages = [`ray[serve]==${rayVersion}`, 'pip'];

/** Returns the path of `ray`. Throws with uv's output if Ray can't be installed. */
export async function installRay(python: string): Promise<string> {
  const program = join(folder, 'bin', 'ray');
  const installed = join(folder, 'installed.txt');
  const wanted = [python, ...packages, ''].join('\n');
  if ((await readFile(installed, 'utf8').catch(() => undefined)) === wanted) return program;
  const failed = await createEnvironment(folder, python, packages);
  if (failed) throw new Error(`Ray ${rayVersion} could not be installed:\n${failed.output}`);
  await writeFile(installed, wanted);
  return program;
}
