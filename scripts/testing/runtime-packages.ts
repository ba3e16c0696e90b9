// Checks the packages of the Worker's runtime in package-lock.json: one workerd, types that are no newer, and a package for each platform.
// wrangler, Miniflare and the vitest plugin each bring a workerd; a second one would run code that no test ran.
import type { Lock } from './dependencies.ts';

const runtime = 'node_modules/workerd';
const types = 'node_modules/@cloudflare/workers-types';

/** Returns one line for each fault. */
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

/** Types describe what workerd can do on the day of their version, and code that uses more would fail only when it runs. */
function newerTypes(packages: Lock['packages']): string[] {
  const typed = packages[types]?.version;
  const running = packages[runtime]?.version;
  if (!typed || !running || dayOf(typed) <= dayOf(running)) return [];
  return [
    `${types} is ${typed}, newer than the runtime, workerd ${running}. Use types of ${dayOf(running)} or earlier.`,
  ];
}

/** The second number of both versions is a date, such as 20261023. */
function dayOf(version: string): number {
  return Number(version.split('.')[1]);
}

/** `npm ci` refuses a lock without them, also on the platforms that don't need them. */
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

/** The folders in which Node looks for packages of the one at `path`: its own, those that contain it, and the project's, which is ''. */
function foldersOf(path: string): string[] {
  const own = path === '' ? '' : `${path}/`;
  return [...own.matchAll(/(?=node_modules\/)|$/g)].map(({ index }) => own.slice(0, index));
}
