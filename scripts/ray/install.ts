// Installs Ray into a virtual environment for each release, with the uv that builders use. Reinstalls it when the Python changes.
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createEnvironment } from '../testing/uv.ts';

const newest = '2.60.0';

/** The newest release that Slipway is tested with. Tests also use the oldest supported one (src/clusters/check-cluster.ts). */
export const rayVersion = process.env.SLIPWAY_RAY_VERSION || newest;

const folder = resolve('dist/ray', rayVersion);
const [, minor = 0] = rayVersion.split('.').map(Number);
/**
 * Ray installs an application's packages with pip, which uv's environments lack. Ray Serve before 2.56 fails with protobuf 7, which is
 * newer than these releases.
 */
const packages = [`ray[serve]==${rayVersion}`, 'pip', ...(minor < 56 ? ['protobuf<7'] : [])];

const installed = join(folder, 'installed.txt');
const installedText = (python: string) => [python, ...packages, ''].join('\n');

/** Returns whether Ray is installed for this Python. */
export async function hasRay(python: string): Promise<boolean> {
  return (await readFile(installed, 'utf8').catch(() => undefined)) === installedText(python);
}

/** Returns the path of `ray`. Throws with uv's output if Ray can't be installed. */
export async function installRay(python: string): Promise<string> {
  const program = join(folder, 'bin', 'ray');
  if (await hasRay(python)) return program;
  const failed = await createEnvironment(folder, python, packages);
  if (failed) throw new Error(`Ray ${rayVersion} could not be installed:\n${failed.output}`);
  await writeFile(installed, installedText(python));
  return program;
}
