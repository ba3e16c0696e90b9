// Removes files from installed wheels: bytecode, and files that Python or a shell would run without an import. Bytecode can differ from
// the source next to it, which people and tools read, and the builder's compiler writes files with the same names.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Files above this number are counted, but not named. */
const namedMax = 100;

export interface RemovedFiles {
  /** Paths of removed files and folders in the environment. The last item counts the unnamed ones. */
  names: string[];
  /** The names with reasons, for the author's log. */
  lines: string[];
}

const runnable = 'only modules that are imported may run.';
const compiledHere = 'bytecode is compiled here, from the sources.';
const withoutSource = 'it is bytecode without its source, which nobody can scan.';

/** `remove` returns whether the path is now free. */
export async function removeFiles(site: string, remove: (path: string) => boolean): Promise<RemovedFiles> {
  const removeOrFail = (path: string) => {
    if (!remove(join(site, path))) throw new Error(`A package's file ${path} could not be removed`);
  };
  const removed = new Map<string, string>();
  for (const path of await removeRunnable(site, removeOrFail)) removed.set(path, runnable);
  for (const [path, reason] of await bytecodePaths(site)) {
    removed.set(path, reason);
    removeOrFail(path);
  }
  const all = [...removed].sort(([a], [b]) => (a < b ? -1 : 1));
  const named = all.slice(0, namedMax);
  const more = all.length > named.length ? [`${all.length - named.length} more`] : [];
  return {
    names: [...named.map(([path]) => path), ...more],
    lines: [
      ...named.map(([path, reason]) => `Removed ${path}: ${reason}`),
      ...more.map((count) => `Removed ${count}.`),
    ],
  };
}

/** Removes scripts and the top-level files that Python's `site` would run at startup. Returns their paths. */
async function removeRunnable(site: string, remove: (path: string) => void): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(site)) {
    if (name !== 'bin' && !/\.(?:pth|start)$|^(?:site|user)customize(?:\.|$)/.test(name)) continue;
    const path = join(site, name);
    const hasScripts = name === 'bin' && (await lstat(path)).isDirectory();
    removed.push(...(hasScripts ? (await readdir(path)).map((script) => `bin/${script}`) : [name]));
    remove(name);
  }
  return removed;
}

/** Returns every `__pycache__`, even if it isn't a folder, and every bytecode file outside one, with the reason for its removal. */
async function bytecodePaths(site: string): Promise<[path: string, reason: string][]> {
  const found: [string, string][] = [];
  const open = [''];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const entries = await readdir(join(site, folder), { withFileTypes: true });
    const names = new Set(entries.map(({ name }) => name));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      const [, module] = /^(.*)\.py[co]$/i.exec(entry.name) ?? [];
      if (entry.name.toLowerCase() === '__pycache__') found.push([path, compiledHere]);
      else if (entry.isDirectory()) open.push(path);
      else if (module !== undefined) found.push([path, names.has(`${module}.py`) ? compiledHere : withoutSource]);
    }
  }
  return found;
}
