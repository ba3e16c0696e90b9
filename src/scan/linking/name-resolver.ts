// Finds what a name in one of the plugin's modules may refer to: follows imports, aliases and star imports through any number of files and
// around cycles (scan policy §5.6a).
import type { ScanPolicy } from '../policy/policy.ts';
import { builtinsName } from '../policy/policy-table.ts';
import { BoundImports } from './bound-imports.ts';
import { cutOff, ownPrefix } from './links.ts';
import type { ModuleTree } from './module-tree.ts';
import {
  type Add,
  countTrailParts,
  extendTrail,
  type Found,
  KeptTargets,
  type Place,
  type Way,
} from './name-targets.ts';
import type { StarImports } from './star-imports.ts';
import type { Reach, Stars } from './star-reach.ts';

/** Maximum module names to follow for one name. Beyond this limit, it may be anything. */
const visitsMax = 20_000;

const nothing: readonly Found[] = [];

export class NameResolver {
  private readonly tree: ModuleTree;
  private readonly policy: ScanPolicy;
  private readonly stars: StarImports;
  private readonly imports: BoundImports;
  private readonly resolved = new KeptTargets<Found>(countTrailParts);

  constructor(tree: ModuleTree, policy: ScanPolicy, stars: StarImports) {
    this.tree = tree;
    this.policy = policy;
    this.stars = stars;
    this.imports = new BoundImports(tree, policy, stars);
  }

  clear(): void {
    this.resolved.clear();
  }

  /** Returns the name's targets. */
  member(module: string, name: string): readonly Found[] {
    const key = this.keyOf(module, name);
    const known = this.resolved.get(key);
    if (known) return known;
    const found = this.resolve(module, name);
    return found.length === 0 ? found : this.resolved.keep(key, found);
  }

  /** Returns a key shared by places with the same targets. Modules that star-import each other share their names. */
  private keyOf(module: string, name: string): string {
    return `${this.isShared(module, name) ? this.stars.reachOf(module).first : module} ${name}`;
  }

  private isShared(module: string, name: string): boolean {
    return this.stars.isPublic(name) && this.stars.reachOf(module).isShared;
  }

  private resolve(module: string, name: string): readonly Found[] {
    const found = new Map<string, Found>();
    const origin = this.isShared(module, name) ? undefined : module;
    const open: Place[] = [{ module, name, origin, trail: undefined }];
    const seen = new Set([this.keyOf(module, name)]);
    const add: Add = (value, from, steps = [], path = undefined) => {
      const known = found.get(value);
      const ways = known?.ways ?? new Map<string, Way>();
      const begin = from.origin ?? from.module;
      const isFirst = ways.size === 0 || (origin === undefined && open.length === 1 && !ways.has(begin));
      if (isFirst) ways.set(begin, { trail: extendTrail(from.trail, steps), path });
      if (!known) found.set(value, { value, ways });
    };
    for (const place of open) {
      this.stars.spend(1);
      if (this.stars.isExhausted) break;
      if (open.length > visitsMax) add(cutOff, place);
      if (open.length > visitsMax) break;
      for (const next of this.placesAfter(place, add)) {
        const key = this.keyOf(next.module, next.name);
        if (!seen.has(key)) open.push(next);
        seen.add(key);
      }
    }
    // A dead end here is a dead end for every place on the way.
    if (found.size === 0 && !this.stars.isExhausted) for (const key of seen) this.resolved.keep(key, nothing);
    return [...found.values()];
  }

  /** Adds the name's targets, and returns other places that it may come from. */
  private placesAfter(place: Place, add: Add): Place[] {
    const { module, name } = place;
    if (name === builtinsName) add(builtinsName, place);
    const reach = this.stars.isPublic(name) ? this.stars.reachOf(module) : undefined;
    if (reach?.isOpenFrom(module)) return this.followReach(reach, place, add);
    this.addParts(place, add);
    return this.tree.filesOf(module).flatMap((file) => this.follow(file, place, add));
  }

  /** Adds the submodule or class member with this name. */
  addParts(place: Place, add: Add): void {
    const submodule = `${place.module}.${place.name}`;
    if (this.tree.has(submodule)) add(ownPrefix + submodule, place);
    this.followClass(place, add);
  }

  /** Adds the name's targets in modules that star imports reach, and returns other places that it may come from. */
  private followReach(reach: Reach, place: Place, add: Add): Place[] {
    const { name } = place;
    for (const module of reach.parents) this.addParts(this.reachedFrom(place, module), add);
    const binders = this.stars.makersOf(name);
    this.stars.spend(Math.min(binders.size, reach.modules.size) + reach.parents.length + reach.outside.size);
    const next = reach
      .filesAmong(binders)
      .flatMap(({ file, module }) => this.followImports(file, this.reachedFrom(place, module), add));
    for (const way of reach.outside.values()) {
      const value = this.policy.canonicalImport(`${way.star.module}.${name}`);
      if (!this.matters(value)) continue;
      const at = this.reachedFrom(place, way.from);
      add(value, at, this.stars.ways.trail(way.from, way.from, name, way));
    }
    return next;
  }

  /** Returns the place of the same name in a module that star imports reach. */
  private reachedFrom({ module: from, name, origin, trail }: Place, module: string): Place {
    if (origin === undefined || from === module) return { module, name, origin: origin ?? module, trail };
    return { module, name, origin, trail: extendTrail(trail, () => this.stars.ways.trail(from, module, name)) };
  }

  /** Adds the name's targets in one file, and returns the names in other modules that it may come from. */
  private follow(file: string, place: Place, add: Add): Place[] {
    const summary = this.stars.summaryOf(file);
    if (!summary) return [];
    const { name } = place;
    const next = this.followImports(file, place, add);
    const { outside, own } = summary.stars;
    const stepOf = ({ line, module }: Stars['outside'][number]) => ({ file, line, name, module, member: name });
    this.stars.spend(own.length + outside.length);
    for (const { module, star } of own) {
      if (!this.stars.isVisible(module, name) || !this.stars.mayBind(module, name)) continue;
      next.push({ ...place, module, trail: extendTrail(place.trail, [stepOf(star)]) });
    }
    for (const star of outside) {
      const value = this.policy.canonicalImport(`${star.module}.${name}`);
      if (this.matters(value)) add(value, place, [stepOf(star)]);
    }
    return next;
  }

  /** Adds the targets from the file's own statements, and returns the names that the file imports it from. */
  followImports(file: string, place: Place, add: Add): Place[] {
    const next: Place[] = [];
    this.addExports(file, place, add);
    const { origin, trail } = place;
    for (const { from, step, values } of this.imports.of(file, place.name)) {
      if (from) next.push({ ...from, origin, trail: extendTrail(trail, [step]) });
      for (const value of values) add(value, place, [step]);
    }
    return next;
  }

  /**
   * Adds the targets from the file's own statements. A class is treated like a module: its members are looked up when they are used.
   */
  private addExports(file: string, place: Place, add: Add): void {
    const { module, name } = place;
    const summary = this.stars.summaryOf(file);
    if (summary?.classes.has(name)) add(`${ownPrefix}${module}.${name}`, place);
    for (const { values } of summary?.exportsOf(name) ?? []) {
      for (const { path, trail: steps, value } of values) {
        const via = steps.map((step) => ({ file, ...step }));
        add(this.absoluteValue(file, value), place, via, path);
      }
    }
  }

  /** Adds a class member's targets: `o` of `helpers.Paths` is `Paths.o` of helpers. */
  private followClass(place: Place, add: Add): void {
    for (const { classPath, file, owner } of this.stars.classFiles(place.module))
      this.addExports(file, { ...place, module: owner, name: `${classPath}.${place.name}` }, add);
  }

  private absoluteValue(file: string, value: string): string {
    return value.startsWith(ownPrefix) ? `${ownPrefix}${this.tree.resolve(file, value) ?? ''}` : value;
  }

  /** Returns whether using the value can be a finding. */
  matters(value: string): boolean {
    return value === cutOff || this.policy.isSensitive(value) || this.policy.memberAt(value) !== undefined;
  }
}
