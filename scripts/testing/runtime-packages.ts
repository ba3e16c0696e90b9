// Checks the Worker's runtime packages in package-lock.json: one workerd, types that are no newer than it, and a package for each
// platform. wrangler, Miniflare and the vitest plugin each depend on a workerd. A second one would run code that no test has run.
import type { Lock } from './dependencies.ts';

const runtime = 'node_modules/workerd';
const types = 'node_modules/@cloudflare/workers-types';

/** Returns one line per fault. */
export function runtimeFaults({ packages }: Lock): string[] {
  return [...otherRuntimes(packages), ...newerTypes(packages), ...missingPlatforms(packages)];
}

function otherRuntimes(packages: Lock['packages']): string[] {
  return Object.keys(packages)
    .filter((path) => path !== runtime && path.endsWith(`/${runtime}`))
    .map(
      (path) =>
        `${path} is a second runtime. Upgrade wrangler, miniflare and @cloudflare/vitest-plugin to versions that depend on the same workerd.`,
    );
}

/** Types describe workerd's features as of their version's date. Code that uses newer features would fail only at run time. */
function newerTypes(packages: Lock['packages']): string[] {
  const typed = packages[types]?.version;
  const running = packages[runtime]?.version;
  if (!typed || !running || dayOf(typed) <= dayOf(running)) return [];
  return [
    `${types} is ${typed}, newer than the runtime, workerd ${running}. Use types of ${dayOf(running)} or earlier.`,
  ];
}

/** The second number in both versions is a date, such as 20261023. */
function dayOf(version: string): number {
  return Number(version.split('.')[1]);
}

/** `npm ci` rejects a lockfile without them, even on platforms that don't need them. */
function missingPlatforms(packages: Lock['packages']): string[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !foldersOf(path).some((folder) => `${folder}node_modules/${name}` in packages))
      .map(
        (name) =>
          `${path || 'package.json'} needs ${name} on some platforms, which package-lock.json lacks. Use a version whose packages are all in the registry.`,
      ),
  );
}

/**
 * Returns the folders where Node looks for the packages needed by the one at `path`: its own, its parents', and the project's, which is
 * ''.
 */
function foldersOf(path: string): string[] {
  const own = path === '' ? '' : `${path}/`;
  return [...own.matchAll(/(?=node_modules\/)|$/g)].map(({ index }) => own.slice(0, index));
}
