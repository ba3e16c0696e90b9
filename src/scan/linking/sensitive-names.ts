// Finds the names in a plugin's modules that lead to something that matters to the policy: those that a star import binds, and those on a
// path such as `module.a.b` (scan policy §5.6a). The names that star imports bind build on those of the modules that these star-import, so
// that a chain of star imports doesn't look up every name again at each module (scan policy §10.5).
import type { ScanPolicy } from '../policy/policy.ts';
import { anyMember } from './file-imports.ts';
import { ownPrefix } from './links.ts';
import type { ModuleTree } from './module-tree.ts';
import type { NameResolver } from './name-resolver.ts';
import type { Add, Place } from './name-targets.ts';
import type { StarImports } from './star-imports.ts';
import type { Reach } from './star-reach.ts';

/** Maximum names that one star import may bind. Beyond this limit, further ones are left out. */
const namesMax = 50_000;

export class SensitiveNames {
  private readonly tree: ModuleTree;
  private readonly policy: ScanPolicy;
  private readonly stars: StarImports;
  private readonly resolver: NameResolver;
  /** The names of each module. */
  private sensitive = new Map<string, readonly string[]>();
  /** The names of each group of modules that star-import each other, by the group's first module. */
  private known = new Map<string, readonly string[]>();

  constructor(tree: ModuleTree, policy: ScanPolicy, stars: StarImports, resolver: NameResolver) {
    this.tree = tree;
    this.policy = policy;
    this.stars = stars;
    this.resolver = resolver;
  }

  clear(): void {
    this.sensitive = new Map();
    this.known = new Map();
  }

  /** Returns the names that a star import of the module binds and that lead to something that matters. */
  starNames(module: string | undefined): readonly string[] {
    if (module === undefined) return [];
    const reach = this.stars.reachOf(module);
    if (!reach.isOpen) return this.sensitiveNames(module).filter((name) => this.stars.isVisible(module, name));
    return this.namesOf(reach);
  }

  /** Returns the names that a star import of an open module binds. Modules that star-import each other share one list. */
  private namesOf(reach: Reach): readonly string[] {
    const open = [reach];
    for (let at = open.at(-1); at && !this.stars.isExhausted; at = open.at(-1)) {
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
    const { stars } = this;
    // A star import from outside may also bind any name that the following modules have.
    if (reach.hasOutside) return this.sensitiveNames(reach.first).filter((name) => stars.isPublic(name));
    const followed = reach.following.map(({ first }) => this.known.get(first) ?? []);
    const inherited = new Set(followed.flat());
    const own = this.ownNames(reach, inherited);
    stars.spend(own.length + inherited.size);
    if (own.length === 0 && followed.length === 1) return followed[0] ?? [];
    return [...own, ...inherited];
  }

  /** Returns the names that these modules bind themselves, without those they inherit. */
  private ownNames({ around }: Reach, inherited: ReadonlySet<string>): string[] {
    const { stars, tree } = this;
    const names = new Set<string>();
    for (const module of around) {
      const bound = tree.filesOf(module).flatMap((file) => [...stars.namesOf(file)]);
      for (const name of [...classMemberNames(stars, module), ...tree.childrenOf(module), ...bound]) {
        if (!stars.isPublic(name) || inherited.has(name) || names.has(name)) continue;
        if (this.bindsSensitive(module, name)) names.add(name);
      }
    }
    return [...names];
  }

  /**
   * Returns whether the module's own binding of the name matters, or whether a star import from outside may bind it to something that
   * does.
   */
  private bindsSensitive(module: string, name: string): boolean {
    const place: Place = { module, name, origin: module, trail: undefined };
    const values: string[] = [];
    const add: Add = (value) => values.push(value);
    this.resolver.addParts(place, add);
    const places = this.tree.filesOf(module).flatMap((file) => this.resolver.followImports(file, place, add));
    const { outside } = this.stars.reachOf(module);
    this.stars.spend(1 + outside.size);
    return (
      values.some((value) => this.leadsOn(value)) ||
      places.some((next) => this.resolver.member(next.module, next.name).some(({ value }) => this.leadsOn(value))) ||
      [...outside.keys()].some((starred) => this.resolver.matters(this.policy.canonicalImport(`${starred}.${name}`)))
    );
  }

  /** Returns the names in the module that lead to something that matters, or to another plugin module. */
  private sensitiveNames(module: string): readonly string[] {
    const known = this.sensitive.get(module) ?? this.collectNames(module);
    this.sensitive.set(module, known);
    return known;
  }

  private collectNames(module: string): string[] {
    const names = new Set<string>();
    const add = (found: Iterable<string>): void => {
      for (const name of found) if (names.size < namesMax) names.add(name);
    };
    add(classMemberNames(this.stars, module));
    const reach = this.stars.reachOf(module);
    if (this.stars.isExhausted) return [];
    for (const at of reach.modules) add(this.tree.childrenOf(at));
    for (const { file } of reach.files()) add(this.stars.namesOf(file));
    // Members of outside modules are unknown here, so any member that matters counts.
    for (const starred of reach.outside.keys()) add(this.policy.membersOf(starred));
    return [...names].filter((name) => this.resolver.member(module, name).some(({ value }) => this.leadsOn(value)));
  }

  /** Returns whether the value matters, or leads to something that may. */
  private leadsOn(value: string): boolean {
    return this.resolver.matters(value) || value.startsWith(ownPrefix) || this.policy.leadsToGoverned(value);
  }

  /** Returns what matters on the path `module.a.b`, and in the module that the whole path leads to, if any. */
  onPath(module: string | undefined, path: readonly string[]): readonly string[] {
    if (module === undefined) return [];
    const found = new Set<string>();
    let modules = new Set([module]);
    for (const name of path) {
      const next = new Set<string>();
      for (const at of modules) {
        const sensitive = name === anyMember ? this.sensitiveNames(at) : [];
        for (const member of sensitive) found.add(`${ownPrefix}${at}.${member}`);
        for (const { value } of this.resolver.member(at, name)) {
          if (value.startsWith(ownPrefix)) next.add(value.slice(ownPrefix.length));
          else if (this.resolver.matters(value)) found.add(value);
        }
      }
      modules = next;
    }
    return [...found].sort();
  }
}

/** Returns a class's names, if the dotted name is a class. */
function classMemberNames(stars: StarImports, module: string): string[] {
  return [...stars.classFiles(module)].flatMap(({ classPath, file }) => [
    ...(stars.summaryOf(file)?.namesOf(classPath) ?? []),
  ]);
}
