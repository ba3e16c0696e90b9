// Resolves what the names in a plugin's modules may refer to, from its files' summaries (scan policy §5.6a). Follows imports, aliases
// and star imports through any number of files and around cycles.
import { trailStepsMax } from '../../contract/limits/scans.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { builtinsName } from '../policy/policy-table.ts';
import { BoundImports } from './bound-imports.ts';
import type { FileSummary } from './file-analysis.ts';
import { anyMember } from './file-imports.ts';
import {
  type Answer,
  countChars,
  cutOff,
  joinTrails,
  type Linked,
  type Links,
  ownPrefix,
  type Question,
  targetToward,
} from './links.ts';
import type { ModuleTree } from './module-tree.ts';
import {
  type Add,
  countTrailParts,
  extendTrail,
  type Found,
  KeptTargets,
  type Located,
  type Place,
  trailSteps,
  type Way,
} from './name-targets.ts';
import { StarImports } from './star-imports.ts';
import { classMemberNames, StarNames } from './star-names.ts';
import type { Reach, Stars } from './star-reach.ts';

/**
 * Maximum module names to follow for one name, and maximum names that one star import may bind. Beyond these limits, they may be
 * anything.
 */
const visitsMax = 20_000;
const namesMax = 50_000;
/** Maximum modules to search for the nearest one that binds a name to a value. */
const nearestMax = 8;

const nothing: readonly Found[] = [];

/** Number of a name's targets whose trails don't count as work. */
const valuesFree = 8;

export class Linker {
  private readonly tree: ModuleTree;
  private readonly policy: ScanPolicy;
  private readonly stars: StarImports;
  private readonly resolved = new KeptTargets<Found>(countTrailParts);
  private readonly linked = new KeptTargets<Linked>(({ trail }) => trail.length);
  private sensitive = new Map<string, readonly string[]>();
  private readonly starred: StarNames;
  private readonly imports: BoundImports;

  constructor(tree: ModuleTree, policy: ScanPolicy) {
    this.tree = tree;
    this.policy = policy;
    this.stars = new StarImports(tree);
    this.imports = new BoundImports(tree, policy, this.stars);
    this.starred = new StarNames({
      tree,
      stars: this.stars,
      bindsSensitive: (module, name) => this.bindsSensitive(module, name),
      sensitiveNames: (module) => this.sensitiveNames(module),
    });
  }

  /** True if there are too many star import paths to follow them all. */
  get isExhausted(): boolean {
    return this.stars.isExhausted;
  }

  setSummaries(summaries: Iterable<readonly [file: string, summary: FileSummary]>): void {
    for (const [file, summary] of summaries) this.stars.setSummary(file, summary);
    this.starred.clear();
    this.resolved.clear();
    this.linked.clear();
    this.sensitive = new Map();
  }

  /** Returns the links of one file, which resolve relative modules from its own folder. */
  linksOf(file: string): Links {
    const absolute = (module: string) => this.tree.resolve(file, module);
    return {
      isShared: true,
      owns: (root) => this.tree.owns(root),
      member: (module, name) => this.linkedMember(absolute(module), name),
      starNames: (module) => this.starNames(absolute(module)),
      sensitiveOn: (module, path) => this.sensitivePath(absolute(module), path),
    };
  }

  /** Returns, as comparable text, the answers that differ from those for a standalone file. Empty if there are none. */
  answersTo(file: string, questions: readonly Question[]): string {
    const answers: (readonly [Question, Answer | number])[] = [];
    /** Modules that star-import each other share a list; write it only once. */
    const written = new Map<Answer, number>();
    for (const question of questions) {
      const answer = this.answer(file, question);
      if (answer.length === 0) continue;
      const same = written.get(answer);
      if (same === undefined) {
        this.stars.write(countChars(answer));
        if (this.isExhausted) return '';
        written.set(answer, answers.length);
      }
      answers.push([question, same ?? answer]);
    }
    return answers.length === 0 ? '' : JSON.stringify(answers);
  }

  private answer(file: string, question: Question): Answer {
    const module = this.tree.resolve(file, question.module);
    if (question.kind === 'member') return this.linkedMember(module, question.name);
    return question.kind === 'names' ? this.starNames(module) : this.sensitivePath(module, question.path);
  }

  private linkedMember(module: string | undefined, name: string): readonly Linked[] {
    if (module === undefined) return [];
    const key = `${module} ${name}`;
    const known = this.linked.get(key);
    if (known) return known;
    const found = this.located(module, name).map((located) => this.complete(located));
    return this.linked.keep(key, found);
  }

  /** Returns the name's targets with their paths from the module. */
  private located(module: string, name: string): Located[] {
    const found = this.member(module, name);
    if (found.length > valuesFree) this.stars.spend(found.length * trailStepsMax);
    if (this.isExhausted) return [];
    return found.map(({ value, ways }) => {
      const [origin, { path, trail }] = this.nearest(ways, module);
      const stars = this.stars.ways.trail(module, origin, name);
      this.stars.spend(stars.length);
      return { value, path, trail: joinTrails(stars, trailSteps(trail)) };
    });
  }

  /** Returns the path that starts in the module itself or, if there is none, at the module with the fewest star imports in between. */
  private nearest(ways: Found['ways'], module: string): readonly [origin: string, way: Way] {
    const own = ways.get(module);
    if (own) return [module, own];
    const near = [...ways].slice(0, nearestMax);
    const distance = ([origin]: (typeof near)[number]) => this.stars.ways.distance(module, origin);
    return near.reduce((best, other) => (distance(other) < distance(best) ? other : best));
  }

  /** Follows the trail through expressions bound to names: `x = helpers.run`. */
  private complete(found: Located): Linked {
    let { path, trail } = found;
    while (path && trail.length < trailStepsMax) {
      const last = trail.at(-1);
      const module = last?.module === undefined ? undefined : this.tree.resolve(last.file, last.module);
      const next = module === undefined ? undefined : this.walk(module, path, found.value);
      if (!next || next.trail.length === 0) break;
      trail = joinTrails(trail, next.trail);
      path = next.path;
    }
    return { value: found.value, trail };
  }

  /** Follows the path through the plugin's modules toward the value, and returns what it refers to; undefined if it leads nowhere. */
  private walk(module: string, path: readonly string[], value: string): Located | undefined {
    let at: Located = { value: ownPrefix + module, trail: [] };
    for (const name of path) {
      if (!at.value.startsWith(ownPrefix)) break;
      const next = targetToward(value, this.located(at.value.slice(ownPrefix.length), name));
      if (!next) return undefined;
      at = { ...next, trail: joinTrails(at.trail, next.trail) };
    }
    return at;
  }

  private member(module: string, name: string): readonly Found[] {
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
      if (this.isExhausted) break;
      if (open.length > visitsMax) add(cutOff, place);
      if (open.length > visitsMax) break;
      for (const next of this.placesAfter(place, add)) {
        const key = this.keyOf(next.module, next.name);
        if (!seen.has(key)) open.push(next);
        seen.add(key);
      }
    }
    // A dead end here is a dead end for every place on the way.
    if (found.size === 0 && !this.isExhausted) for (const key of seen) this.resolved.keep(key, nothing);
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
  private addParts(place: Place, add: Add): void {
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
  private followImports(file: string, place: Place, add: Add): Place[] {
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

  private matters(value: string): boolean {
    return value === cutOff || this.policy.isSensitive(value) || this.policy.memberAt(value) !== undefined;
  }

  private starNames(module: string | undefined): readonly string[] {
    if (module === undefined) return [];
    const reach = this.stars.reachOf(module);
    if (!reach.isOpen) return this.sensitiveNames(module).filter((name) => this.stars.isVisible(module, name));
    return this.starred.namesOf(reach);
  }

  /**
   * Returns whether the module's own binding of the name matters, or whether a star import from outside may bind it to something that
   * does.
   */
  private bindsSensitive(module: string, name: string): boolean {
    const place: Place = { module, name, origin: module, trail: undefined };
    const values: string[] = [];
    const add: Add = (value) => values.push(value);
    this.addParts(place, add);
    const places = this.tree.filesOf(module).flatMap((file) => this.followImports(file, place, add));
    const { outside } = this.stars.reachOf(module);
    this.stars.spend(1 + outside.size);
    return (
      values.some((value) => this.leadsOn(value)) ||
      places.some((next) => this.member(next.module, next.name).some(({ value }) => this.leadsOn(value))) ||
      [...outside.keys()].some((starred) => this.matters(this.policy.canonicalImport(`${starred}.${name}`)))
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
    if (this.isExhausted) return [];
    for (const at of reach.modules) add(this.tree.childrenOf(at));
    for (const { file } of reach.files()) add(this.stars.namesOf(file));
    // Members of outside modules are unknown here, so any member that matters counts.
    for (const starred of reach.outside.keys()) add(this.policy.membersOf(starred));
    return [...names].filter((name) => this.member(module, name).some(({ value }) => this.leadsOn(value)));
  }

  /** Returns whether the value matters, or leads to something that may. */
  private leadsOn(value: string): boolean {
    return this.matters(value) || value.startsWith(ownPrefix) || this.policy.leadsToGoverned(value);
  }

  /** Returns what matters on the path `module.a.b`, and in the module that the whole path leads to, if any. */
  private sensitivePath(module: string | undefined, path: readonly string[]): readonly string[] {
    if (module === undefined) return [];
    const found = new Set<string>();
    let modules = new Set([module]);
    for (const name of path) {
      const next = new Set<string>();
      for (const at of modules) {
        const sensitive = name === anyMember ? this.sensitiveNames(at) : [];
        for (const member of sensitive) found.add(`${ownPrefix}${at}.${member}`);
        for (const { value } of this.member(at, name)) {
          if (value.startsWith(ownPrefix)) next.add(value.slice(ownPrefix.length));
          else if (this.matters(value)) found.add(value);
        }
      }
      modules = next;
    }
    return [...found].sort();
  }
}
