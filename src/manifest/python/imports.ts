// Resolves relative imports to the plugin's files, using only its file paths.
import type { RelativeImport } from './outline.ts';

export interface ImportTarget {
  /** Python files that the import loads. */
  files: string[];
  /** The first file that Python would look for and not find; undefined if nothing is missing. */
  absent?: string;
  /** Folders on the path without __init__.py. */
  bareFolders: string[];
}

/** Looks up files and folders in the plugin's paths. */
export class PathIndex {
  readonly #files: ReadonlySet<string>;
  readonly #folders = new Set<string>(['']);

  constructor(paths: readonly string[]) {
    this.#files = new Set(paths);
    for (const path of paths) {
      for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        this.#folders.add(path.slice(0, slash));
      }
    }
  }

  hasFile(path: string): boolean {
    return this.#files.has(path);
  }

  hasFolder(path: string): boolean {
    return this.#folders.has(path);
  }
}

export function resolveImport(importer: string, relative: RelativeImport, index: PathIndex): ImportTarget {
  const folder = importer.split('/').slice(0, -1);
  const up = relative.level - 1;
  if (up > folder.length) return { files: [], absent: 'a folder above the plugin', bareFolders: [] };
  const base = folder.slice(0, folder.length - up);
  const steps = relative.module === '' ? [] : relative.module.split('.');
  const path = [...base, ...steps].join('/');
  const bareFolders = steps
    .map((_, at) => [...base, ...steps.slice(0, at + 1)].join('/'))
    .filter((one) => index.hasFolder(one) && !index.hasFile(`${one}/__init__.py`));
  if (steps.length > 0 && !index.hasFolder(path)) {
    const file = `${path}.py`;
    return index.hasFile(file) ? { files: [file], bareFolders } : { files: [], absent: file, bareFolders };
  }
  return { ...namesOfPackage(path, relative.names, index), bareFolders };
}

/** Resolves `from .processors import core`. Each name is either a module of the package or defined by its __init__.py. */
function namesOfPackage(path: string, names: readonly string[], index: PathIndex): Omit<ImportTarget, 'bareFolders'> {
  const inside = (name: string) => (path === '' ? name : `${path}/${name}`);
  const init = inside('__init__.py');
  const files = index.hasFile(init) ? [init] : [];
  const missing: string[] = [];
  for (const name of names) {
    const candidates = [inside(`${name}.py`), inside(`${name}/__init__.py`)].filter((file) => index.hasFile(file));
    files.push(...candidates);
    if (candidates.length === 0 && !index.hasFile(init) && !index.hasFolder(inside(name)))
      missing.push(inside(`${name}.py`));
  }
  const [absent] = missing;
  return absent === undefined ? { files } : { files, absent };
}
