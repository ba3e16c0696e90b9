// Installs Ray into a virtual environment of its own, by the uv that builders use. It is installed again when its version or the Python
// changes.
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createEnvironment } from '../testing/uv.ts';

/** The release that Slipway is tried with. */
export const rayVersion = '2.60.0';

const folder = resolve('dist/ray');
/** Ray installs the packages of applications by pip, which an environment of uv lacks. */
const packages = [`ray[serve]==${rayVersion}`, 'pip'];

/** Returns the program `ray`. Throws with uv's output if Ray can't be installed. */
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
