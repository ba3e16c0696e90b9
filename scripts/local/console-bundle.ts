// Builds the console's static files into public/console, if what they depend on has changed since they were built.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = 'public/console';
/** Names the state of the sources that the folder was built from. Not served: the Worker serves what pages refer to. */
const stateFile = join(folder, '.built-from');
/** The lockfile stands for the installed packages. */
const sources = ['src/console', 'src/client', 'src/core', 'src/contract'];
const files = ['package-lock.json', 'scripts/local/console-bundle.ts'];

/** The current folder must be the project's. Returns whether there was something to build. */
export async function buildConsole(): Promise<boolean> {
  const hash = await sourcesHash();
  const built = await readFile(stateFile, 'utf8').catch(() => undefined);
  if (built === hash) return false;
  const { build } = await import('vite');
  await build({ configFile: 'src/console/vite.config.ts' });
  await writeFile(stateFile, hash);
  return true;
}

async function sourcesHash(): Promise<string> {
  const hash = createHash('sha256');
  const under = await Promise.all(sources.map(async (path) => (await listFiles(path)).map((name) => join(path, name))));
  for (const path of [...under.flat(), ...files]) {
    const content = await readFile(path);
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

async function listFiles(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(path.length + 1))
    .sort();
}
