// Maps a plugin's files to the modules that they define, and resolves module names in its imports (scan policy §5.6a).
import { normalizeName } from '../../core/normalization.ts';
import { rootModule } from '../policy/listed-modules.ts';
import { isOwn, ownPrefix } from './links.ts';

const sourceSuffix = /\.pyi?w?$/i;

export class ModuleTree {
  /** Each module's files. A folder without `__init__.py` is a module without files. */
  private readonly files = new Map<string, string[]>();
  /** Names of each module's submodules. */
  private readonly children = new Map<string, Set<string>>();
  private readonly roots = new Set<string>();
  private readonly excluded: (root: string) => boolean;

  /** `isExcluded` returns true if a root never refers to the plugin, because the policy governs or forbids it. */
  constructor(paths: readonly string[], isExcluded: (root: string) => boolean) {
    this.excluded = isExcluded;
    // Sorted, so that a name defined in two files has the same trail whatever the order of the files.
    for (const path of [...paths].sort()) if (sourceSuffix.test(path)) this.add(path);
  }

  private add(path: string): void {
    const name = moduleOfPath(path);
    for (let end = name.indexOf('.'); end >= 0; end = name.indexOf('.', end + 1)) {
      const parent = name.slice(0, end);
      this.filesFor(parent);
      const children = this.children.get(parent) ?? new Set();
      this.children.set(parent, children.add(rootModule(name.slice(end + 1))));
    }
    this.filesFor(name).push(path);
    const root = rootModule(name);
    if (root !== '' && !this.excluded(root)) this.roots.add(root);
  }

  private filesFor(module: string): string[] {
    const files = this.files.get(module) ?? [];
    this.files.set(module, files);
    return files;
  }

  get rootNames(): string[] {
    return [...this.roots].sort();
  }

  owns(root: string): boolean {
    return this.roots.has(root);
  }

  /** Returns whether the absolute name is a plugin module. */
  has(module: string): boolean {
    return this.files.has(module) && this.owns(rootModule(module));
  }

  hasChildren(module: string): boolean {
    return this.children.has(module);
  }

  /** Returns whether the absolute name is a module or folder, under any root. */
  knows(module: string): boolean {
    return this.files.has(module);
  }

  /** Names of all modules and folders. */
  get names(): Iterable<string> {
    return this.files.keys();
  }

  childrenOf(module: string): Iterable<string> {
    return this.children.get(module) ?? [];
  }

  filesOf(module: string): readonly string[] {
    return this.files.get(module) ?? [];
  }

  /** Resolves like `resolve`, for a module that the import marks as the plugin's own. */
  resolveOwn(file: string, module: string): string | undefined {
    return isOwn(this, module) ? this.resolve(file, module) : undefined;
  }

  /**
   * Returns the absolute name for a module name in the file's imports: `helpers`, `.helpers`, `..`, or `@pkg.helpers`. Undefined for a
   * relative import that leaves the plugin.
   */
  resolve(file: string, module: string): string | undefined {
    const written = module.startsWith(ownPrefix) ? module.slice(ownPrefix.length) : module;
    if (!written.startsWith('.')) return written;
    const level = /^\.+/.exec(written)?.[0].length ?? 0;
    const folders = file.split('/').slice(0, -1);
    if (level - 1 > folders.length) return undefined;
    const base = folders.slice(0, folders.length - (level - 1));
    return [...base, written.slice(level)].filter((part) => part !== '').join('.');
  }
}

/** Returns the module that the file defines: `pkg.helpers` for `pkg/helpers.py`, `pkg` for `pkg/__init__.py`. */
function moduleOfPath(path: string): string {
  const parts = path.replace(sourceSuffix, '').split('/');
  if (parts.at(-1) === '__init__') parts.pop();
  return normalizeName(parts.join('.'));
}
