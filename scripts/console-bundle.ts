// Builds the static files of the console and the API reference into public, if their sources have changed since the last build.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

interface Site {
  folder: string;
  config: string;
  /** Includes the lockfile in place of the installed packages. */
  sources: string[];
  /** Adds more files to the built folder. */
  complete?: (folder: string) => Promise<void>;
}

const sites: Site[] = [
  {
    folder: 'public/console',
    config: 'src/console/vite.config.ts',
    sources: ['src/console', 'src/client', 'src/core', 'src/contract'],
  },
  {
    folder: 'public/docs',
    config: 'src/reference/vite.config.ts',
    sources: [
      ...['src/reference', 'src/console/styles', 'src/console/parts', 'src/contract'],
      ...['docs', 'scripts/site', 'scripts/cli-docs', 'src/cli'],
    ],
    complete: async (folder) => {
      const { writeGuides } = await import('./site/guides.ts');
      await writeGuides(join(folder, 'pages'));
    },
  },
];
const files = [
  ...['package-lock.json', 'scripts/console-bundle.ts', 'src/console/vite.config.ts'],
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'],
];

/** Run this in the project's folder. Returns whether it built anything. */
export async function buildConsole(): Promise<boolean> {
  const built = await Promise.all(sites.map(buildSite));
  return built.includes(true);
}

async function buildSite({ complete, config, folder, sources }: Site): Promise<boolean> {
  const hash = await hashOf(sources);
  // Records the state of the sources that the folder was built from. It isn't served: the Worker serves only files that pages refer to.
  const built = await readFile(join(folder, '.built-from'), 'utf8').catch(() => undefined);
  if (built === hash) return false;
  const { build } = await import('vite');
  const made = join('dist', `site-${randomUUID()}`);
  // Timings would be printed on slow machines, and aren't errors.
  const rolldownOptions = { checks: { bundlerTimings: false } };
  const outDir = resolve(made);
  // The bundler's own threads do most of its work. It empties no folder that is new.
  await Promise.all([
    build({ configFile: config, logLevel: 'silent', build: { outDir, emptyOutDir: false, rolldownOptions } }),
    complete?.(made),
  ]);
  await writeFile(join(made, '.built-from'), hash);
  await replaceFolder(folder, made);
  return true;
}

/**
 * Replaces a folder with a complete one. Moves the previous one away before it deletes it, so that processes that build at the same time
 * don't delete each other's files. If another one was faster, its content is the same.
 */
export async function replaceFolder(folder: string, made: string): Promise<void> {
  const previous = `${made}.previous`;
  await mkdir(dirname(folder), { recursive: true });
  await rename(folder, previous).catch(() => undefined);
  await rename(made, folder).catch((error: unknown) => {
    if (!isTaken(error)) throw error;
  });
  for (const left of [made, previous]) await rm(left, { recursive: true, force: true });
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
}

async function hashOf(sources: string[]): Promise<string> {
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
