// Finds which files reach others through imports, dynamic imports, `require`, `import.meta.resolve`, and file URLs.
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

/** Referenced paths (files, or folders whose content is read), each with the files that reference it. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

const named = /(?:\bfrom|\bimport|\bresolve\(|\bURL\(|\bimport\(|\brequire\()\s*['"`](\.{1,2}\/[^'"`]+)['"`]/g;
/** Type-only imports are excluded, because the compiler checks them. */
const typesOnly = /\b(?:import|export) type [^;]*? from '[^']*'/g;
/** Test files also read fixtures by paths from the project root. */
const fixture = /\btest\/fixtures\/[\w./-]+/g;

/** Reads the given files. Paths are relative to the current folder, which must be the project's. */
export async function importGraph(paths: readonly string[]): Promise<ImportGraph> {
  const entries = paths.map(async (path) => [path, namedBy(path, await readFile(path, 'utf8'))] as const);
  return buildImportGraph(await Promise.all(entries));
}

export function buildImportGraph(files: readonly (readonly [path: string, names: readonly string[]])[]): ImportGraph {
  const pairs = files.flatMap(([path, names]) => names.map((name) => ({ path, name })));
  const byName = Map.groupBy(pairs, ({ name }) => name);
  return new Map([...byName].map(([name, found]) => [name, found.map(({ path }) => path)]));
}

export function namedBy(path: string, text: string): string[] {
  const code = text.replaceAll(typesOnly, '');
  const relative = [...code.matchAll(named)].map(([, name = '']) => normalize(join(dirname(path), name)));
  const fixtures = [...code.matchAll(fixture)].map(([name]) => name);
  return [...relative, ...fixtures].map((name) => name.replace(/\/+$/, ''));
}

/**
 * Returns the changed files and those that reach one of them. Doesn't follow the imports of `ends`, because through a program's entry
 * point everything would reach everything.
 */
export function reaching(graph: ImportGraph, changed: readonly string[], ends: ReadonlySet<string>): Set<string> {
  const found = new Set(changed);
  for (const target of found) {
    if (ends.has(target) && !changed.includes(target)) continue;
    for (const name of withFolders(target)) for (const path of graph.get(name) ?? []) found.add(path);
  }
  return found;
}

/** Returns the references that cover a path: `a/b/c` is covered by `a/b/c`, `a/b` and `a`. */
function withFolders(path: string): string[] {
  const names = path.split('/');
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}
