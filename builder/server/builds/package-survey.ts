// Decides whether a plugin can run in an isolate, which has no network, processes or signals. It checks the packages' imports (`go list
// -deps`), not names in their source.
import { z } from 'zod';
import { isPrivateCopy, type Provenance } from '../../../src/contract/builder/builds.ts';
import { needsContainer } from '../../../src/contract/plugin/version-placement.ts';

const moduleSchema = z.object({
  Path: z.string(),
  Version: z.string().default(''),
  Sum: z.string().optional(),
  Main: z.boolean().default(false),
  Replace: z.object({ Path: z.string(), Version: z.string().optional(), Sum: z.string().optional() }).optional(),
});

const packageSchema = z.object({
  ImportPath: z.string(),
  Standard: z.boolean().default(false),
  Imports: z.array(z.string()).default([]),
  /** Import paths that map to another path, such as the standard library's vendored packages. */
  ImportMap: z.record(z.string(), z.string()).default({}),
  Module: moduleSchema.optional(),
});
export type Package = z.infer<typeof packageSchema>;

export const listedFields = Object.keys(packageSchema.shape).join(',');

/** Standard-library packages that don't work in an isolate. */
const outOfReach: ReadonlySet<string> = new Set(['net', 'os/exec', 'os/signal', 'plugin']);

/** Parses the consecutive JSON objects that `go list -json` prints. */
export function parsePackages(printed: string): Package[] {
  const objects = printed.split(/^(?=\{)/m).filter((text) => text !== '');
  return objects.map((text) => packageSchema.parse(JSON.parse(text)));
}

/**
 * Returns why the packages need a container, or undefined if no package outside the standard library uses one that doesn't work in an
 * isolate.
 */
export function reasonForContainer(packages: readonly Package[]): string | undefined {
  const byPath = new Map(packages.map((each) => [each.ImportPath, each]));
  const known = new Map<string, string | undefined>();
  const reached = (path: string): string | undefined => {
    if (outOfReach.has(path)) return path;
    if (known.has(path)) return known.get(path);
    known.set(path, undefined); // Imports have no cycles; this guards against a list that has one.
    const imported = byPath.get(path);
    const found =
      imported &&
      importsOf(imported)
        .map(reached)
        .find((each) => each !== undefined);
    known.set(path, found);
    return found;
  };
  const own = packages.filter(({ Standard }) => !Standard);
  // The author understands the plugin's own imports better than a module's.
  for (const user of [...own.filter(isMain), ...own.filter((each) => !isMain(each))]) {
    for (const path of importsOf(user)) {
      const cause = byPath.get(path)?.Standard || outOfReach.has(path) ? reached(path) : undefined;
      if (cause !== undefined) return needsContainer(`${userName(user)}uses ${path}${through(path, cause)}`);
    }
  }
  return undefined;
}

function importsOf({ Imports, ImportMap }: Package): string[] {
  return Imports.map((path) => ImportMap[path] ?? path);
}

function isMain({ Module }: Package): boolean {
  return Module?.Main === true;
}

function userName(user: Package): string {
  return isMain(user) ? '' : `${user.ImportPath} `;
}

/** The name `net/http` makes it obvious that the package needs a network; `crypto/tls` doesn't. */
function through(path: string, cause: string): string {
  return path === cause || path.startsWith(`${cause}/`) ? '' : `, which depends on ${cause}`;
}

/** Lists the packages' modules except the plugin's own, as `go version -m` does for an executable. */
export function listModules(packages: readonly Package[], hostPath: string): Provenance['modules'] {
  const modules = new Map<string, Provenance['modules'][number]>();
  for (const { Module } of packages) {
    if (!Module || Module.Main) continue;
    const { Path, Version, Sum } = Module;
    const {
      Path: path,
      Version: version = '',
      Sum: sum,
    } = (Path !== hostPath && !isPrivateCopy(Module.Replace?.Path ?? '') && Module.Replace) || { Path, Version, Sum };
    modules.set(Path, { path, version, sum: Path === hostPath ? null : (sum ?? null) });
  }
  return [...modules.keys()].sort().flatMap((path) => modules.get(path) ?? []);
}
