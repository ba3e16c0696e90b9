// Works out which modules a module's star imports lead to, once for each module, so that a name is looked up where it is bound instead
// of following the star imports for each name again (scan policy §10.5).
import type { TrailStep } from '../../contract/findings/finding.ts';
import type { FileSummary } from './file-analysis.ts';
import { joinTrails } from './links.ts';
import type { ModuleTree } from './module-tree.ts';

/** A star import on the way to a module. */
interface Way {
  from: string;
  file: string;
  star: FileSummary['stars'][number];
}

export class Reach {
  /** The modules, the nearest first, with the star import that leads there. The first one is the module itself. */
  readonly ways = new Map<string, Way | undefined>();
  /** The files of these modules. */
  readonly files = new Map<string, string>();
  /** Star imports of modules from outside the plugin, one for each module. */
  readonly outside = new Map<string, Way>();
  /** Whether every name without a leading underscore passes all star imports. */
  isOpen = true;
  private known: readonly string[] | undefined;
  private places: ReadonlyMap<string, number> | undefined;
  private sorted: string | undefined;

  /** Names the set of modules. Modules that reach the same ones see the same names. */
  get key(): string {
    this.sorted ??= [...this.ways.keys()].sort().join(' ');
    return this.sorted;
  }

  /** Returns the module itself, and the others that may have submodules or classes in addition to what files bind. */
  parents(tree: ModuleTree, start: string): readonly string[] {
    this.known ??= [...this.ways.keys()].filter(
      (module) => module === start || module.includes('.') || tree.hasChildren(module),
    );
    return this.known;
  }

  /** Returns those of the files that are reached, with their modules, the nearest first. */
  filesAmong(files: ReadonlySet<string>): [file: string, module: string][] {
    if (this.files.size <= files.size) return [...this.files].filter(([file]) => files.has(file));
    this.places ??= new Map([...this.files.keys()].map((file, at) => [file, at]));
    const places = this.places;
    return [...files]
      .filter((file) => places.has(file))
      .sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))
      .map((file) => [file, this.files.get(file) ?? '']);
  }

  /** Returns the star imports through which the name comes from a module, or from a star import in it. */
  trail(module: string, name: string, last?: Way): readonly TrailStep[] {
    const steps = last ? [stepOf(last, name)] : [];
    for (let way = this.ways.get(module); way; way = this.ways.get(way.from)) steps.unshift(stepOf(way, name));
    return joinTrails(steps, []);
  }
}

function stepOf({ file, star: { line, module } }: Way, name: string): TrailStep {
  return { file, line, name, module, member: name };
}

/** The star imports of a file. */
export interface Stars {
  own: readonly { star: Way['star']; module: string }[];
  outside: readonly Way['star'][];
}

export interface StarSource {
  tree: ModuleTree;
  /** The number of modules that are reached. */
  size: number;
  starsOf(file: string): Stars;
  /** Whether star imports of the file's module bind all its names without a leading underscore, and no others. */
  isOpen(file: string): boolean;
  /** Is called for each star import that is followed. Returns false if there were too many. */
  spend(): boolean;
}

export function reachOf(start: string, source: StarSource): Reach {
  const { tree } = source;
  const reach = new Reach();
  reach.ways.set(start, undefined);
  // Iterating a Map also visits what is added during the loop.
  for (const module of reach.ways.keys()) {
    for (const file of tree.filesOf(module)) {
      reach.files.set(file, module);
      reach.isOpen &&= module === start || source.isOpen(file);
      const { outside, own } = source.starsOf(file);
      for (const star of outside)
        if (!reach.outside.has(star.module)) reach.outside.set(star.module, { from: module, file, star });
      if (reach.ways.size >= source.size) continue;
      for (const { module: starred, star } of own) {
        if (!source.spend()) return reach;
        if (tree.knows(starred) && !reach.ways.has(starred)) reach.ways.set(starred, { from: module, file, star });
      }
    }
  }
  return reach;
}
