// Resolves what the names of a plugin's modules may refer to, from the summaries of its files (scan policy §5.6a). Follows imports,
// aliases and star imports through any number of files and around cycles.
import type { TrailStep } from '../../contract/findings/finding.ts';
import { trailStepsMax } from '../../contract/limits/scans.ts';
import { cutOff } from '../flows/flow-graph.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { builtinsName } from '../policy/policy-table.ts';
import type { FileSummary, ImportedName } from './file-analysis.ts';
import { anyMember, rootOf } from './file-imports.ts';
import { joinTrails, type Linked, type Links, ownPrefix, type Question } from './links.ts';
import type { ModuleTree } from './module-tree.ts';

/** Names of modules that one name is followed through, and names that one star import may bind. Beyond it they may be anything. */
const visitsMax = 20_000;
const namesMax = 50_000;
/** Star imports followed for one plugin, and for each star import in it. Beyond it the plugin is too complex (scan policy §10.5). */
const starStepsMin = 1_000_000;
const stepsPerStar = 10;

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
  private readonly summaries = new Map<string, IndexedSummary>();
  /** Whether a file of the plugin may change the `__all__` of another one. */
  private allReached = false;
  private starStepsLeft = starStepsMin;
  private resolved = new Map<string, readonly Found[]>();
  private linked = new Map<string, readonly Linked[]>();
  private sensitive = new Map<string, readonly string[]>();

  constructor(tree: ModuleTree, policy: ScanPolicy) {
    this.tree = tree;
    this.policy = policy;
  }

  /** Whether star imports lead around so much that they were not followed to their end. */
  get isExhausted(): boolean {
    return this.starStepsLeft < 0;
  }

  setSummary(file: string, summary: FileSummary): void {
    if (!this.summaries.has(file)) this.starStepsLeft += stepsPerStar * summary.stars.length;
    this.summaries.set(file, new IndexedSummary(summary));
    this.allReached ||= summary.reachesAll ?? false;
    this.resolved = new Map();
    this.linked = new Map();
    this.sensitive = new Map();
  }

  /** The links of one file, which resolves relative modules from its own folder. */
  linksOf(file: string): Links {
    const absolute = (module: string) => this.tree.resolve(file, module);
    return {
      owns: (root) => this.tree.owns(root),
      member: (module, name) => this.linkedMember(absolute(module), name),
      starNames: (module) => this.starNames(absolute(module)),
      sensitiveOn: (module, path) => this.sensitivePath(absolute(module), path),
    };
  }

  /** Returns the answers that differ from those of a file that stands alone, as text to compare. Empty if there are none. */
  answersTo(file: string, questions: readonly Question[]): string {
    const answers: unknown[] = [];
    for (const question of questions) {
      const module = this.tree.resolve(file, question.module);
      const answer =
        question.kind === 'member'
          ? this.linkedMember(module, question.name)
          : question.kind === 'names'
            ? this.starNames(module)
            : this.sensitivePath(module, question.path);
      if (answer.length > 0) answers.push([question, answer]);
    }
    return answers.length === 0 ? '' : JSON.stringify(answers);
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
    for (const place of open) {
      if (this.isExhausted) break;
      if (open.length > visitsMax) add(cutOff, place.trail);
      if (open.length > visitsMax) break;
      const submodule = `${place.module}.${place.name}`;
      if (this.tree.has(submodule)) add(ownPrefix + submodule, place.trail);
      if (place.name === builtinsName) add(builtinsName, place.trail);
      this.followClass(place, add);
      for (const file of this.tree.filesOf(place.module)) {
        for (const next of this.follow(file, place, add)) {
          const key = `${next.module} ${next.name}`;
          if (!seen.has(key)) open.push(next);
          seen.add(key);
        }
      }
    }
    return [...found.values()];
  }

  /** Adds what the name refers to in one file, and returns the names in other modules that it may come from. */
  private follow(file: string, { module, name, trail }: Place, add: Add): Place[] {
    const summary = this.summaries.get(file);
    if (!summary) return [];
    const next: Place[] = [];
    this.addExports(file, { module, name, trail }, add);
    for (const imported of summary.imports.get(name) ?? []) {
      const via = joinTrails(trail, [{ file, ...imported }]);
      const place = this.placeOf(file, imported);
      if (place) next.push({ ...place, trail: via });
      for (const value of this.valuesOf(file, imported)) add(value, via);
    }
    this.starStepsLeft -= summary.stars.length;
    for (const { line, module: starred } of summary.stars) {
      const via = joinTrails(trail, [{ file, line, name, module: starred, member: name }]);
      const absolute = this.tree.resolve(file, starred);
      if (absolute !== undefined && this.isOwn(starred)) {
        if (this.isVisible(absolute, name)) next.push({ module: absolute, name, trail: via });
      } else {
        const value = this.policy.canonicalImport(`${starred}.${name}`);
        if (this.matters(value)) add(value, via);
      }
    }
    return next;
  }

  /** Adds what the file's own statements bind the name to. A class is like a module: what it has is looked up when it is used. */
  private addExports(file: string, { module, name, trail }: Place, add: Add): void {
    const summary = this.summaries.get(file);
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
        if (this.summaries.get(file)?.classes.has(classPath)) yield { file, owner, classPath };
    }
  }

  private placeOf(file: string, { member, module }: ImportedName): Omit<Place, 'trail'> | undefined {
    const absolute = member !== undefined && this.isOwn(module) ? this.tree.resolve(file, module) : undefined;
    return absolute === undefined || member === undefined ? undefined : { module: absolute, name: member };
  }

  /** Returns what an import binds, unless that is a name in one of the plugin's modules. */
  private valuesOf(file: string, { member, module }: ImportedName): string[] {
    if (!this.isOwn(module))
      return [this.policy.canonicalImport(member === undefined ? module : `${module}.${member}`)];
    const absolute = this.tree.resolve(file, module);
    return member === undefined && absolute !== undefined ? [ownPrefix + absolute] : [];
  }

  private isOwn(module: string): boolean {
    return module.startsWith('.') || this.tree.owns(rootOf(module));
  }

  private absoluteValue(file: string, value: string): string {
    return value.startsWith(ownPrefix) ? `${ownPrefix}${this.tree.resolve(file, value) ?? ''}` : value;
  }

  /** Whether a star import of the module binds the name. */
  private isVisible(module: string, name: string): boolean {
    return this.tree.filesOf(module).some((file) => {
      const summary = this.summaries.get(file);
      if (!summary || summary.exportsEverything || (this.allReached && summary.all)) return true;
      if (summary.all) return summary.all.has(name);
      return !name.startsWith('_') || this.starsBind(file, summary.stars, '__all__');
    });
  }

  /** Whether a star import of one of the plugin's modules may bind the name. */
  private starsBind(file: string, stars: FileSummary['stars'], name: string): boolean {
    return stars.some(({ module }) => {
      const absolute = this.isOwn(module) ? this.tree.resolve(file, module) : undefined;
      return this.tree.filesOf(absolute ?? '').some((other) => {
        const summary = this.summaries.get(other);
        return summary?.exportsEverything || summary?.all?.has(name);
      });
    });
  }

  private matters(value: string): boolean {
    return value === cutOff || this.policy.isSensitive(value) || this.policy.memberAt(value) !== undefined;
  }

  private starNames(module: string | undefined): readonly string[] {
    return module === undefined ? [] : this.sensitiveNames(module).filter((name) => this.isVisible(module, name));
  }

  /** Returns the names of the module that lead to something that matters, or to another module of the plugin. */
  private sensitiveNames(module: string): readonly string[] {
    const known = this.sensitive.get(module) ?? this.collectNames(module);
    this.sensitive.set(module, known);
    return known;
  }

  private collectNames(module: string): string[] {
    const modules = new Set([module]);
    const names = new Set<string>();
    for (const { classPath, file } of this.classFiles(module))
      for (const name of this.summaries.get(file)?.namesOf(classPath) ?? []) names.add(name);
    for (const at of modules) {
      for (const name of this.tree.childrenOf(at)) names.add(name);
      for (const file of this.tree.filesOf(at)) {
        const summary = this.summaries.get(file);
        this.starStepsLeft -= summary?.stars.length ?? 0;
        if (this.isExhausted) return [];
        for (const name of summary ? summary.names() : []) if (names.size < namesMax) names.add(name);
        for (const star of summary?.stars ?? []) {
          const absolute = this.isOwn(star.module) ? this.tree.resolve(file, star.module) : undefined;
          if (absolute !== undefined) modules.add(absolute);
          // Its members are not known here, so any that matters counts.
          else for (const name of this.policy.membersOf(star.module)) names.add(name);
        }
      }
    }
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

class IndexedSummary {
  readonly imports: ReadonlyMap<string, FileSummary['imports']>;
  readonly exports: ReadonlyMap<string, FileSummary['exports']>;
  readonly stars: FileSummary['stars'];
  /** The names in `__all__`, if that is one literal. */
  readonly all: ReadonlySet<string> | undefined;
  readonly exportsEverything: boolean;
  /** The paths of classes that have names: `Outer`, `Outer.Inner`. */
  readonly classes: ReadonlySet<string>;

  constructor({ all, exports, imports, stars }: FileSummary) {
    this.imports = Map.groupBy(imports, ({ name }) => name);
    this.exports = Map.groupBy(exports, ({ name }) => name);
    this.stars = stars;
    this.exportsEverything = all === 'everything';
    this.all = all === undefined || all === 'everything' ? undefined : new Set(all);
    this.classes = new Set(exports.flatMap(({ name }) => pathsBefore(name)));
  }

  *names(): Generator<string> {
    yield* this.imports.keys();
    for (const name of [...this.exports.keys(), ...this.classes]) if (!name.includes('.')) yield name;
  }

  /** Returns the names that a class has itself. */
  *namesOf(classPath: string): Generator<string> {
    for (const name of [...this.exports.keys(), ...this.classes])
      if (name.slice(0, name.lastIndexOf('.')) === classPath) yield name.slice(classPath.length + 1);
  }
}

/** Returns `a` and `a.b` for `a.b.c`. */
function pathsBefore(name: string): string[] {
  const parts = name.split('.').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('.'));
}
