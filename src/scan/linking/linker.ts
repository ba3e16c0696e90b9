// Resolves what the names of a plugin's modules may refer to, from the summaries of its files (scan policy §5.6a). Follows imports,
// aliases and star imports through any number of files and around cycles.
import type { TrailStep } from '../../contract/findings/finding.ts';
import { trailStepsMax } from '../../contract/limits/scans.ts';
import { cutOff } from '../flows/flow-graph.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { builtinsName } from '../policy/policy-table.ts';
import type { FileSummary, ImportedName } from './file-analysis.ts';
import { anyMember } from './file-imports.ts';
import { joinTrails, type Linked, type Links, ownPrefix, type Question } from './links.ts';
import type { ModuleTree } from './module-tree.ts';
import { StarImports } from './star-imports.ts';
import type { Reach, Stars } from './star-reach.ts';

/** Names of modules that one name is followed through, and names that one star import may bind. Beyond it they may be anything. */
const visitsMax = 20_000;
const namesMax = 50_000;
interface Place {
  module: string;
  name: string;
  trail: readonly TrailStep[];
}

/** Target of a name, with the trail as far as the bindings of names show it. */
interface Found extends Linked {
  /** Where the trail goes on: below the module that its last step imports. */
  path?: readonly string[] | undefined;
}

type Add = (value: string, trail: readonly TrailStep[], path?: readonly string[]) => void;

export class Linker {
  private readonly tree: ModuleTree;
  private readonly policy: ScanPolicy;
  private readonly stars: StarImports;
  private resolved = new Map<string, readonly Found[]>();
  private linked = new Map<string, readonly Linked[]>();
  private sensitive = new Map<string, readonly string[]>();
  /** The names that all modules share from which star imports lead to the same ones. */
  private shared = new Map<string, readonly string[]>();

  constructor(tree: ModuleTree, policy: ScanPolicy) {
    this.tree = tree;
    this.policy = policy;
    this.stars = new StarImports(tree);
  }

  /** Whether star imports lead around so much that they were not followed to their end. */
  get isExhausted(): boolean {
    return this.stars.isExhausted;
  }

  setSummaries(summaries: Iterable<readonly [file: string, summary: FileSummary]>): void {
    for (const [file, summary] of summaries) this.stars.setSummary(file, summary);
    this.shared = new Map();
    this.resolved = new Map();
    this.linked = new Map();
    this.sensitive = new Map();
  }

  /** The links of one file, which resolves relative modules from its own folder. */
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

  /** Returns the answers that differ from those of a file that stands alone, as text to compare. Empty if there are none. */
  answersTo(file: string, questions: readonly Question[]): string {
    const answers: unknown[] = [];
    /** Modules that star-import each other share one list, which is written once. */
    const written = new Map<readonly unknown[], number>();
    for (const question of questions) {
      const answer = this.answer(file, question);
      if (answer.length === 0) continue;
      const same = written.get(answer);
      if (same === undefined) written.set(answer, answers.length);
      answers.push([question, same ?? answer]);
    }
    return answers.length === 0 ? '' : JSON.stringify(answers);
  }

  private answer(file: string, question: Question): readonly unknown[] {
    const module = this.tree.resolve(file, question.module);
    if (question.kind === 'member') return this.linkedMember(module, question.name);
    return question.kind === 'names' ? this.starNames(module) : this.sensitivePath(module, question.path);
  }

  private linkedMember(module: string | undefined, name: string): readonly Linked[] {
    if (module === undefined) return [];
    const key = `${module} ${name}`;
    const known = this.linked.get(key) ?? this.member(module, name).map((found) => this.complete(found));
    this.linked.set(key, known);
    return known;
  }

  /** Follows the trail through the expressions that names are bound to: `x = helpers.run`. */
  private complete(found: Found): Linked {
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

  /** Returns what the path leads to on the way to the value. */
  private walk(module: string, path: readonly string[], value: string): Found | undefined {
    let at: Found = { value: ownPrefix + module, trail: [] };
    for (const name of path) {
      if (!at.value.startsWith(ownPrefix)) break;
      const members = this.member(at.value.slice(ownPrefix.length), name);
      const next =
        members.find((member) => member.value === value) ??
        members.find((member) => member.value.startsWith(ownPrefix)) ??
        members[0];
      if (!next) return undefined;
      at = { ...next, trail: joinTrails(at.trail, next.trail) };
    }
    return at;
  }

  private member(module: string | undefined, name: string): readonly Found[] {
    if (module === undefined) return [];
    const key = `${module} ${name}`;
    const known = this.resolved.get(key) ?? this.resolve(module, name);
    this.resolved.set(key, known);
    return known;
  }

  private resolve(module: string, name: string): readonly Found[] {
    const found = new Map<string, Found>();
    const open: Place[] = [{ module, name, trail: [] }];
    const seen = new Set([`${module} ${name}`]);
    const add: Add = (value, trail, path) => {
      if (!found.has(value)) found.set(value, { value, trail, path });
    };
    const push = (next: Place): void => {
      const key = `${next.module} ${next.name}`;
      if (!seen.has(key)) open.push(next);
      seen.add(key);
    };
    for (const place of open) {
      if (this.isExhausted) break;
      if (open.length > visitsMax) add(cutOff, place.trail);
      if (open.length > visitsMax) break;
      const reach = place.name.startsWith('_') ? undefined : this.stars.reachOf(place.module);
      if (reach?.isOpen) {
        for (const next of this.followReach(reach, place, add)) push(next);
        continue;
      }
      const submodule = `${place.module}.${place.name}`;
      if (this.tree.has(submodule)) add(ownPrefix + submodule, place.trail);
      if (place.name === builtinsName) add(builtinsName, place.trail);
      this.followClass(place, add);
      for (const file of this.tree.filesOf(place.module)) for (const next of this.follow(file, place, add)) push(next);
    }
    return [...found.values()];
  }

  /** Adds what the name refers to in the modules that star imports lead to, and returns where else it may come from. */
  private followReach(reach: Reach, { module, name, trail }: Place, add: Add): Place[] {
    const next: Place[] = [];
    const at = (reached: string): Place => ({
      module: reached,
      name,
      trail: joinTrails(trail, reach.trail(reached, name)),
    });
    this.followClass({ module, name, trail }, add);
    for (const reached of reach.parents(this.tree, module)) {
      const submodule = `${reached}.${name}`;
      if (this.tree.has(submodule)) add(ownPrefix + submodule, at(reached).trail);
      if (reached !== module) this.followClass(at(reached), add);
    }
    const binders = this.stars.bindersOf(name);
    this.stars.spend(Math.min(binders.size, reach.files.size));
    for (const [file, reached] of reach.filesAmong(binders)) next.push(...this.followImports(file, at(reached), add));
    for (const way of reach.outside.values()) {
      const value = this.policy.canonicalImport(`${way.star.module}.${name}`);
      if (this.matters(value)) add(value, joinTrails(trail, reach.trail(way.from, name, way)));
    }
    return next;
  }

  /** Adds what the name refers to in one file, and returns the names in other modules that it may come from. */
  private follow(file: string, place: Place, add: Add): Place[] {
    const summary = this.stars.summaryOf(file);
    if (!summary) return [];
    const { name, trail } = place;
    const next = this.followImports(file, place, add);
    const { outside, own } = summary.stars;
    const viaStar = ({ line, module }: Stars['outside'][number]) =>
      joinTrails(trail, [{ file, line, name, module, member: name }]);
    this.stars.spend(own.length + outside.length);
    for (const { module, star } of own)
      if (this.stars.isVisible(module, name)) next.push({ module, name, trail: viaStar(star) });
    for (const star of outside) {
      const value = this.policy.canonicalImport(`${star.module}.${name}`);
      if (this.matters(value)) add(value, viaStar(star));
    }
    return next;
  }

  /** Adds what the file's own statements bind the name to, and returns the names that it imports it from. */
  private followImports(file: string, place: Place, add: Add): Place[] {
    const next: Place[] = [];
    this.addExports(file, place, add);
    for (const imported of this.stars.summaryOf(file)?.imports.get(place.name) ?? []) {
      const via = joinTrails(place.trail, [{ file, ...imported }]);
      const from = this.placeOf(file, imported);
      if (from) next.push({ ...from, trail: via });
      for (const value of this.valuesOf(file, imported)) add(value, via);
    }
    return next;
  }

  /** Adds what the file's own statements bind the name to. A class is like a module: what it has is looked up when it is used. */
  private addExports(file: string, { module, name, trail }: Place, add: Add): void {
    const summary = this.stars.summaryOf(file);
    if (summary?.classes.has(name)) add(`${ownPrefix}${module}.${name}`, trail);
    for (const { values } of summary?.exports.get(name) ?? []) {
      for (const { path, trail: steps, value } of values) {
        const via = joinTrails(
          trail,
          steps.map((step) => ({ file, ...step })),
        );
        add(this.absoluteValue(file, value), via, path);
      }
    }
  }

  /** Adds what a member of a class refers to: `o` of `helpers.Paths` is `Paths.o` of helpers. */
  private followClass({ module, name, trail }: Place, add: Add): void {
    for (const { classPath, file, owner } of this.classFiles(module))
      this.addExports(file, { module: owner, name: `${classPath}.${name}`, trail }, add);
  }

  /** Returns the files in which the dotted name may be a class: for `pkg.helpers.Paths` those of `pkg.helpers` and `pkg`. */
  private *classFiles(module: string): Generator<{ file: string; owner: string; classPath: string }> {
    for (let dot = module.lastIndexOf('.'); dot > 0; dot = module.lastIndexOf('.', dot - 1)) {
      const [owner, classPath] = [module.slice(0, dot), module.slice(dot + 1)];
      for (const file of this.tree.filesOf(owner))
        if (this.stars.summaryOf(file)?.classes.has(classPath)) yield { file, owner, classPath };
    }
  }

  private placeOf(file: string, { member, module }: ImportedName): Omit<Place, 'trail'> | undefined {
    const absolute = member !== undefined && this.stars.isOwn(module) ? this.tree.resolve(file, module) : undefined;
    return absolute === undefined || member === undefined ? undefined : { module: absolute, name: member };
  }

  /** Returns what an import binds, unless that is a name in one of the plugin's modules. */
  private valuesOf(file: string, { member, module }: ImportedName): string[] {
    if (!this.stars.isOwn(module))
      return [this.policy.canonicalImport(member === undefined ? module : `${module}.${member}`)];
    const absolute = this.tree.resolve(file, module);
    return member === undefined && absolute !== undefined ? [ownPrefix + absolute] : [];
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
    const isShared = reach.isOpen && this.stars.isOpenModule(module);
    if (!isShared) return this.sensitiveNames(module).filter((name) => this.stars.isVisible(module, name));
    const known = this.shared.get(reach.key) ?? this.sensitiveNames(module).filter((name) => !name.startsWith('_'));
    this.shared.set(reach.key, known);
    return known;
  }

  /** Returns the names of the module that lead to something that matters, or to another module of the plugin. */
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
    for (const { classPath, file } of this.classFiles(module))
      add(this.stars.summaryOf(file)?.namesOf(classPath) ?? []);
    const { files, outside, ways } = this.stars.reachOf(module);
    if (this.isExhausted) return [];
    for (const at of ways.keys()) add(this.tree.childrenOf(at));
    for (const file of files.keys()) add(this.stars.summaryOf(file)?.names() ?? []);
    // The members of a module from outside are not known here, so any that matters counts.
    for (const starred of outside.keys()) add(this.policy.membersOf(starred));
    return [...names].filter((name) =>
      this.member(module, name).some(
        ({ value }) => this.matters(value) || value.startsWith(ownPrefix) || this.policy.leadsToGoverned(value),
      ),
    );
  }

  /** Returns what matters on the path `module.a.b`, and what matters in a module that the whole path leads to. */
  private sensitivePath(module: string | undefined, path: readonly string[]): readonly string[] {
    if (module === undefined) return [];
    const found = new Set<string>();
    let modules = new Set([module]);
    for (const name of path) {
      if (name === anyMember) for (const at of modules) addAll(found, at, this.sensitiveNames(at));
      const next = new Set<string>();
      for (const at of modules) {
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

function addAll(found: Set<string>, module: string, names: readonly string[]): void {
  for (const name of names) found.add(`${ownPrefix}${module}.${name}`);
}
