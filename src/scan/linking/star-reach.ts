// Tells which modules a module's star imports lead to, once for all modules that lead to each other, so that a name is looked up where
// it is bound instead of following the star imports for each name again (scan policy §10.5).
import type { ModuleTree } from './module-tree.ts';
import type { Way } from './star-paths.ts';

/** The star imports of a file. */
export interface Stars {
  own: readonly { star: Way['star']; module: string }[];
  outside: readonly Way['star'][];
}

export interface Binder {
  file: string;
  module: string;
}

export interface StarSource {
  tree: ModuleTree;
  starsOf(file: string): Stars;
  /** Whether star imports of the module bind all its names without a leading underscore, and no others. */
  isOpen(module: string): boolean;
}

export class Reach {
  /** The modules, with the one that star imports lead away from, or those that they lead around to. */
  readonly modules: ReadonlySet<string>;
  /** Stands for the modules that lead to each other. */
  readonly first: string;
  /** Whether there are several, and all of them bind the same names by star imports. */
  readonly isShared: boolean;
  /** Whether the modules that lead to each other star-import modules from outside the plugin themselves. */
  readonly hasOutside: boolean;
  /** Star imports of modules from outside the plugin, one for each module. */
  readonly outside = new Map<string, Way>();
  /** Modules among these that may have submodules or classes in addition to what files bind. */
  readonly parents: readonly string[];
  /** The modules that lead to each other. */
  readonly around: readonly string[];
  /** Groups of modules that star imports in these lead to next. */
  readonly following: readonly Reach[];
  private readonly closed: readonly string[];
  private readonly tree: ModuleTree;

  constructor(around: readonly string[], following: readonly Reach[], { isOpen, starsOf, tree }: StarSource) {
    this.first = around[0] ?? '';
    this.around = around;
    this.following = following;
    this.tree = tree;
    this.modules = union(around, following, ({ modules }) => modules);
    const isParent = (module: string) => module.includes('.') || tree.hasChildren(module);
    this.parents = [...union(around.filter(isParent), following, ({ parents }) => parents)];
    const isClosed = (module: string) => !isOpen(module);
    this.closed = [...union(around.filter(isClosed), following, ({ closed }) => closed)];
    this.isShared = around.length > 1 && this.isOpen;
    for (const from of around)
      for (const file of tree.filesOf(from))
        for (const star of starsOf(file).outside)
          if (!this.outside.has(star.module)) this.outside.set(star.module, { from, file, star });
    this.hasOutside = this.outside.size > 0;
    for (const next of following)
      for (const [module, way] of next.outside) if (!this.outside.has(module)) this.outside.set(module, way);
  }

  /** Whether every name without a leading underscore passes all star imports on the way from the module. */
  isOpenFrom(module: string): boolean {
    return this.closed.every((closed) => closed === module);
  }

  /** Whether star imports of these modules bind all their names without a leading underscore, and no others. */
  get isOpen(): boolean {
    return this.closed.length === 0;
  }

  *files(): Generator<Binder> {
    for (const module of this.modules) for (const file of this.tree.filesOf(module)) yield { file, module };
  }

  /** Returns those of the files that are reached. `binders`: the module of each file. */
  filesAmong(binders: ReadonlyMap<string, string>): Binder[] {
    if (this.modules.size < binders.size) return [...this.files()].filter(({ file }) => binders.has(file));
    const found: Binder[] = [];
    for (const [file, module] of binders) if (this.modules.has(module)) found.push({ file, module });
    return found;
  }
}

/** Joins what the modules have themselves and what those have that follow. */
function union(
  own: readonly string[],
  following: readonly Reach[],
  of: (reach: Reach) => Iterable<string>,
): Set<string> {
  const joined = new Set(own);
  for (const next of following) for (const module of of(next)) joined.add(module);
  return joined;
}
