// Collects the relevant names that star imports bind. Each module's names build on those of the modules that it star-imports, so that a
// chain of star imports doesn't look up every name again at each module (scan policy §10.5).
import type { ModuleTree } from './module-tree.ts';
import type { StarImports } from './star-imports.ts';
import type { Reach } from './star-reach.ts';

export interface NameSource {
  tree: ModuleTree;
  stars: StarImports;
  /**
   * Returns whether the module's own binding of the name matters, or whether a star import from outside may bind it to something that
   * does.
   */
  bindsSensitive(module: string, name: string): boolean;
  /** Returns the relevant names in the module and in everything that its star imports reach. */
  sensitiveNames(module: string): readonly string[];
}

export class StarNames {
  private readonly source: NameSource;
  /** Names for each group of modules that star-import each other, by the group's first module. */
  private known = new Map<string, readonly string[]>();

  constructor(source: NameSource) {
    this.source = source;
  }

  clear(): void {
    this.known = new Map();
  }

  /** Returns the names that a star import of an open module binds. Modules that star-import each other share one list. */
  namesOf(reach: Reach): readonly string[] {
    const open = [reach];
    for (let at = open.at(-1); at && !this.source.stars.isExhausted; at = open.at(-1)) {
      const missing = at.following.filter(({ first }) => !this.known.has(first));
      if (missing.length > 0) {
        open.push(...missing);
        continue;
      }
      open.pop();
      if (!this.known.has(at.first)) this.known.set(at.first, this.collect(at));
    }
    return this.known.get(reach.first) ?? [];
  }

  private collect(reach: Reach): readonly string[] {
    const { sensitiveNames, stars } = this.source;
    // A star import from outside may also bind any name that the following modules have.
    if (reach.hasOutside) return sensitiveNames(reach.first).filter((name) => stars.isPublic(name));
    const followed = reach.following.map(({ first }) => this.known.get(first) ?? []);
    const inherited = new Set(followed.flat());
    const own = this.ownNames(reach, inherited);
    stars.spend(own.length + inherited.size);
    if (own.length === 0 && followed.length === 1) return followed[0] ?? [];
    return [...own, ...inherited];
  }

  /** Returns the names that these modules bind themselves, without those they inherit. */
  private ownNames({ around }: Reach, inherited: ReadonlySet<string>): string[] {
    const { bindsSensitive, stars, tree } = this.source;
    const names = new Set<string>();
    for (const module of around) {
      const bound = tree.filesOf(module).flatMap((file) => [...stars.namesOf(file)]);
      for (const name of [...classMemberNames(stars, module), ...tree.childrenOf(module), ...bound]) {
        if (!stars.isPublic(name) || inherited.has(name) || names.has(name)) continue;
        if (bindsSensitive(module, name)) names.add(name);
      }
    }
    return [...names];
  }
}

/** Returns a class's names, if the dotted name is a class. */
export function classMemberNames(stars: StarImports, module: string): string[] {
  return [...stars.classFiles(module)].flatMap(({ classPath, file }) => [
    ...(stars.summaryOf(file)?.namesOf(classPath) ?? []),
  ]);
}
