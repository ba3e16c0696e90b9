// Determines from file summaries what the star imports in a plugin's files bind, and keeps count of the cost (scan policy §10.5).
import { builtinsName } from '../policy/policy-table.ts';
import type { FileSummary } from './file-analysis.ts';
import { anyMember } from './file-imports.ts';
import { IndexedSummary } from './indexed-summary.ts';
import { moduleGetter } from './links.ts';
import type { ModuleTree } from './module-tree.ts';
import { Reach, StarPaths, type Stars, type Way } from './star-reach.ts';
import { stronglyConnectedComponents } from './strongly-connected-components.ts';

/** Maximum lookups for one plugin, to which each of its star imports adds some. Beyond it, the plugin is too complex. */
const stepsMin = 1_000_000;
const stepsPerStar = 10;
/** Maximum modules that star imports lead to, added up over all starting modules. A chain of a thousand modules uses half of it. */
const reachedMax = 1_000_000;
/** Maximum star imports in one plugin's files. That is many times what packages have, and what fits into an isolate's memory. */
const starsMax = 50_000;
/** Maximum characters of the kept answers. For each file, the last ones are kept. Packages have up to 250,000. */
const charsMax = 8_000_000;

export class StarImports {
  private readonly tree: ModuleTree;
  private readonly summaries = new Map<string, IndexedSummary>();
  /** True if a plugin file may change another file's `__all__`. */
  private allReached = false;
  /** Files that bind the `__getattr__` of other modules. */
  readonly makers = new Set<string>();
  /** Names that files may remove from other modules. */
  readonly deleted = new Set<string>();
  private stepsLeft = stepsMin;
  private starsLeft = starsMax;
  private charsLeft = charsMax;
  /** The modules that each module's star imports reach. Modules that star-import each other share one entry. */
  private reaches: ReadonlyMap<string, Reach> | undefined;
  private reachedLeft = reachedMax;
  private paths: StarPaths | undefined;
  private open = new Map<string, boolean>();
  /** Files that bind a name, each with its module. */
  private binders: Map<string, Map<string, string>> | undefined;

  constructor(tree: ModuleTree) {
    this.tree = tree;
  }

  /** True if there are too many star import paths to follow them all. */
  get isExhausted(): boolean {
    return Math.min(this.stepsLeft, this.starsLeft, this.reachedLeft, this.charsLeft) < 0;
  }

  spend(steps: number): void {
    this.stepsLeft -= steps;
  }

  write(chars: number): void {
    this.charsLeft -= chars;
  }

  summaryOf(file: string): IndexedSummary | undefined {
    return this.summaries.get(file);
  }

  setSummary(file: string, summary: FileSummary): void {
    const known = this.summaries.get(file);
    if (!known) {
      this.stepsLeft += stepsPerStar * summary.stars.length;
      this.starsLeft -= summary.stars.length;
    }
    const indexed = new IndexedSummary(summary, this.starsOf(file, summary.stars));
    this.summaries.set(file, indexed);
    this.binders = undefined;
    if (summary.maker?.isForOthers) this.makers.add(file);
    for (const name of summary.deleted ?? []) this.deleted.add(name);
    const reachesAll = !this.allReached && (summary.reachesAll ?? false);
    this.allReached ||= reachesAll;
    if (!reachesAll && known?.starForm === indexed.starForm) return;
    this.reaches = undefined;
    this.paths = undefined;
    this.open = new Map();
  }

  private starsOf(file: string, stars: FileSummary['stars']): Stars {
    const own: { star: Stars['outside'][number]; module: string }[] = [];
    const outside: Stars['outside'][number][] = [];
    for (const star of stars) {
      const module = this.tree.resolveOwn(file, star.module);
      if (module === undefined) outside.push(star);
      else own.push({ star, module });
    }
    return { own, outside };
  }

  /** Returns the modules that star imports reach from a module. */
  reachOf(module: string): Reach {
    this.reaches ??= this.collectReaches();
    return this.reaches.get(module) ?? new Reach([module], [], this.source);
  }

  private collectReaches(): Map<string, Reach> {
    const reaches = new Map<string, Reach>();
    this.reachedLeft = reachedMax;
    for (const component of stronglyConnectedComponents(this.tree.names, (module) => this.starredBy(module))) {
      const next = component.flatMap((module) => this.starredBy(module).map((starred) => reaches.get(starred)));
      const following = [...new Set(next)].filter((reach) => reach !== undefined);
      const reach = new Reach(component.sort(), following, this.source);
      this.reachedLeft -= reach.modules.size;
      if (this.isExhausted) return reaches;
      for (const module of component) reaches.set(module, reach);
    }
    return reaches;
  }

  private get source() {
    return {
      tree: this.tree,
      starsOf: (file: string) => this.summaries.get(file)?.stars ?? noStars,
      isOpen: (module: string) => this.isOpenModule(module),
    };
  }

  /** Shortest star import paths. */
  get ways(): StarPaths {
    this.paths ??= new StarPaths(this.tree.names, (module) => this.waysFrom(module));
    return this.paths;
  }

  private *waysFrom(from: string): Generator<[Way, string]> {
    for (const file of this.tree.filesOf(from))
      for (const { module, star } of this.summaries.get(file)?.stars.own ?? []) yield [{ from, file, star }, module];
  }

  /** Returns the modules that the module star-imports. */
  private starredBy(module: string): string[] {
    const stars = this.tree.filesOf(module).flatMap((file) => this.summaries.get(file)?.stars.own ?? []);
    return stars.map((star) => star.module).filter((starred) => this.tree.knows(starred));
  }

  /**
   * Returns whether star imports may bind the name even if no `__all__` lists it. If a plugin changes such lists, it may add any name.
   */
  isPublic(name: string): boolean {
    return this.allReached || !name.startsWith('_');
  }

  /** Returns whether a star import of the module binds exactly its public names. */
  isOpenModule(module: string): boolean {
    return this.tree.filesOf(module).every((file) => this.isOpen(file));
  }

  private isOpen(file: string): boolean {
    if (this.allReached) return true;
    const summary = this.summaries.get(file);
    const isOpen =
      this.open.get(file) ??
      (!summary ||
        (summary.all === undefined &&
          !summary.exportsEverything &&
          !this.makesNames(summary) &&
          !this.starsBind(summary, '__all__')));
    this.open.set(file, isOpen);
    return isOpen;
  }

  /** Returns whether a `__getattr__` may create any name in the module. */
  makesNames(summary: IndexedSummary | undefined): boolean {
    return summary?.maker !== undefined || this.makers.size > 0;
  }

  /** Yields names that the file may bind. */
  *namesOf(file: string): Generator<string> {
    const summary = this.summaries.get(file);
    if (!summary) return;
    yield* summary.names();
    if (this.makesNames(summary)) yield* [moduleGetter, ...(summary.all ?? [anyMember])];
  }

  /** Returns the files that bind the name, each with its module. */
  bindersOf(name: string): ReadonlyMap<string, string> {
    this.binders ??= this.collectBinders();
    return this.binders.get(name) ?? noFiles;
  }

  /** Returns the files that bind the name, or that have a `__getattr__` which may create it, each with its module. */
  makersOf(name: string): ReadonlyMap<string, string> {
    const [binders, getters] = [this.bindersOf(name), this.bindersOf(moduleGetter)];
    return getters.size === 0 ? binders : new Map([...binders, ...getters]);
  }

  private collectBinders(): Map<string, Map<string, string>> {
    const binders = new Map<string, Map<string, string>>();
    for (const module of this.tree.names) {
      for (const file of this.tree.filesOf(module)) {
        const summary = this.summaries.get(file);
        for (const bound of [...this.namesOf(file), ...(summary?.results() ?? [])]) {
          const files = binders.get(bound) ?? new Map<string, string>();
          binders.set(bound, files.set(file, module));
        }
      }
    }
    return binders;
  }

  /**
   * Returns whether the name can come from the module, because the module binds it, star-imports others, or has submodules or classes.
   */
  mayBind(module: string, name: string): boolean {
    const { modules, outside, parents } = this.reachOf(module);
    if (modules.size > 1 || outside.size > 0 || name === builtinsName) return true;
    const binders = this.bindersOf(name);
    const binds = (file: string) => binders.has(file) || this.makesNames(this.summaries.get(file));
    if (this.tree.filesOf(module).some(binds)) return true;
    return parents.length > 0 && (this.tree.has(`${module}.${name}`) || !this.classFiles(module).next().done);
  }

  /** Yields the files in which the dotted name may be a class: for `pkg.helpers.Paths`, the files of `pkg.helpers` and `pkg`. */
  *classFiles(module: string): Generator<{ file: string; owner: string; classPath: string }> {
    for (let dot = module.lastIndexOf('.'); dot > 0; dot = module.lastIndexOf('.', dot - 1)) {
      const [owner, classPath] = [module.slice(0, dot), module.slice(dot + 1)];
      for (const file of this.tree.filesOf(owner))
        if (this.summaries.get(file)?.classes.has(classPath)) yield { file, owner, classPath };
    }
  }

  /** Returns whether a star import of the module binds the name. */
  isVisible(module: string, name: string): boolean {
    return this.tree.filesOf(module).some((file) => {
      const summary = this.summaries.get(file);
      if (!summary || this.allReached || summary.exportsEverything) return true;
      if (summary.all) return summary.all.has(name) || summary.all.has(moduleGetter);
      return this.isPublic(name) || this.starsBind(summary, '__all__');
    });
  }

  /** Returns whether a star import of a plugin module may bind the name. */
  private starsBind({ stars }: IndexedSummary, name: string): boolean {
    return stars.own.some(({ module }) =>
      this.tree.filesOf(module).some((other) => {
        const summary = this.summaries.get(other);
        return summary?.exportsEverything || summary?.all?.has(name);
      }),
    );
  }
}

const noStars: Stars = { own: [], outside: [] };
const noFiles: ReadonlyMap<string, string> = new Map();
