// Determines which modules a module's star imports reach, once for all modules that star-import each other. Names are then looked up
// where they are bound, instead of following the star imports again for each name (scan policy §10.5). Also finds the shortest paths,
// for trails.
import type { TrailStep } from '../../contract/findings/finding.ts';
import { trailStepsMax } from '../../contract/limits/scans.ts';
import type { FileSummary } from './file-analysis.ts';
import type { ModuleTree } from './module-tree.ts';

/** A file's star imports. */
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
  /** Returns whether star imports of the module bind exactly its names without a leading underscore. */
  isOpen(module: string): boolean;
}

export class Reach {
  /** Modules that are reached, including the starting module or the group of modules that star-import each other. */
  readonly modules: ReadonlySet<string>;
  /** The module that stands for all modules that star-import each other. */
  readonly first: string;
  /** True if there are several such modules, and star imports give all of them the same names. */
  readonly isShared: boolean;
  /** True if the modules that star-import each other also star-import modules from outside. */
  readonly hasOutside: boolean;
  /** Star imports of modules outside the plugin, one per module. */
  readonly outside = new Map<string, Way>();
  /** Reached modules that may have submodules or classes in addition to what their files bind. */
  readonly parents: readonly string[];
  /** The modules that star-import each other. */
  readonly around: readonly string[];
  /** The groups of modules that their star imports reach next. */
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

  /** Returns whether every name without a leading underscore passes through all star imports on the path from the module. */
  isOpenFrom(module: string): boolean {
    return this.closed.every((closed) => closed === module);
  }

  /** True if star imports of these modules bind exactly their names without a leading underscore. */
  get isOpen(): boolean {
    return this.closed.length === 0;
  }

  *files(): Generator<Binder> {
    for (const module of this.modules) for (const file of this.tree.filesOf(module)) yield { file, module };
  }

  /** Returns those of the given files that are reached. `binders` has each file's module. */
  filesAmong(binders: ReadonlyMap<string, string>): Binder[] {
    if (this.modules.size < binders.size) return [...this.files()].filter(({ file }) => binders.has(file));
    const found: Binder[] = [];
    for (const [file, module] of binders) if (this.modules.has(module)) found.push({ file, module });
    return found;
  }
}

/** Merges the modules' own elements with those of the following groups. */
function union(
  own: readonly string[],
  following: readonly Reach[],
  of: (reach: Reach) => Iterable<string>,
): Set<string> {
  const joined = new Set(own);
  for (const next of following) for (const module of of(next)) joined.add(module);
  return joined;
}

/** A star import on the path to a module. */
export interface Way {
  from: string;
  file: string;
  star: FileSummary['stars'][number];
}

/** Maximum modules whose paths are kept. Files ask only about the few modules that they import. */
const startsMax = 100;
const unreached = -1;
const start = -2;

/** Paths from one module to the others. */
interface Ways {
  /** For each module, the star import that leads to it. */
  into: Int32Array;
  /** The last import on the path that a trail shows before another one. */
  shown: Int32Array;
  /** Number of star imports on the path. */
  lengths: Int32Array;
}

export class StarPaths {
  private readonly places: ReadonlyMap<string, number>;
  private readonly ways: Way[] = [];
  private readonly origins: number[] = [];
  private readonly targets: number[] = [];
  /** Index of the first path that starts at each module. A module's paths are adjacent. */
  private readonly firsts: number[] = [];
  private readonly known = new Map<number, Ways>();

  constructor(modules: Iterable<string>, waysFrom: (module: string) => Iterable<readonly [way: Way, to: string]>) {
    const names = [...modules];
    this.places = new Map(names.map((name, at) => [name, at]));
    for (const [at, name] of names.entries()) {
      this.firsts.push(this.ways.length);
      for (const [way, to] of waysFrom(name)) {
        const target = this.places.get(to);
        if (target === undefined) continue;
        this.ways.push(way);
        this.origins.push(at);
        this.targets.push(target);
      }
    }
    this.firsts.push(this.ways.length);
  }

  /** Returns the number of star imports from one module to another. */
  distance(from: string, to: string): number {
    const [source, target] = [this.places.get(from), this.places.get(to)];
    if (source === undefined || target === undefined) return 0;
    return this.waysFrom(source).lengths[target] ?? 0;
  }

  /** Returns the star imports through which the name comes from another module, or from a star import in that module. */
  trail(from: string, to: string, name: string, last?: Way): readonly TrailStep[] {
    const [source, target] = [this.places.get(from), this.places.get(to)];
    const found = last ? [last] : [];
    if (source === undefined || target === undefined) return found.map((way) => stepOf(way, name));
    const { into, shown } = this.waysFrom(source);
    const end = into[target] ?? start;
    if (!last && end !== shown[target]) found.push(...this.ways.slice(end, end + 1));
    for (let at = shown[target] ?? start; at >= 0; at = into[this.origins[at] ?? source] ?? start)
      found.push(...this.ways.slice(at, at + 1));
    return found.reverse().map((way) => stepOf(way, name));
  }

  private waysFrom(source: number): Ways {
    const known = this.known.get(source) ?? this.follow(source);
    if (this.known.size >= startsMax) this.known.clear();
    this.known.set(source, known);
    return known;
  }

  private follow(source: number): Ways {
    const into = new Int32Array(this.places.size).fill(unreached);
    const shown = new Int32Array(this.places.size).fill(start);
    const lengths = new Int32Array(this.places.size);
    into[source] = start;
    const open = [source];
    for (const at of open) {
      const end = this.firsts[at + 1] ?? 0;
      for (let way = this.firsts[at] ?? end; way < end; way += 1) {
        const target = this.targets[way] ?? source;
        if (into[target] !== unreached) continue;
        into[target] = way;
        const length = (lengths[at] ?? 0) + 1;
        lengths[target] = length;
        shown[target] = length < trailStepsMax ? way : (shown[at] ?? start);
        open.push(target);
      }
    }
    return { into, lengths, shown };
  }
}

function stepOf({ file, star: { line, module } }: Way, name: string): TrailStep {
  return { file, line, name, module, member: name };
}
