// Answers a file's questions about the plugin's other files, from the files' summaries (scan policy §5.6a).
import { trailStepsMax } from '../../contract/limits/scans.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import type { FileSummary } from './file-analysis.ts';
import {
  type Answer,
  countChars,
  joinTrails,
  type Linked,
  type Links,
  ownPrefix,
  type Question,
  targetToward,
} from './links.ts';
import type { ModuleTree } from './module-tree.ts';
import { NameResolver } from './name-resolver.ts';
import { type Found, KeptTargets, type Located, trailSteps, type Way } from './name-targets.ts';
import { SensitiveNames } from './sensitive-names.ts';
import { StarImports } from './star-imports.ts';

/** Maximum modules to search for the nearest one that binds a name to a value. */
const nearestMax = 8;

/** Number of a name's targets whose trails don't count as work. */
const valuesFree = 8;

export class Linker {
  private readonly tree: ModuleTree;
  private readonly stars: StarImports;
  private readonly resolver: NameResolver;
  private readonly sensitive: SensitiveNames;
  private readonly linked = new KeptTargets<Linked>(({ trail }) => trail.length);

  constructor(tree: ModuleTree, policy: ScanPolicy) {
    this.tree = tree;
    this.stars = new StarImports(tree);
    this.resolver = new NameResolver(tree, policy, this.stars);
    this.sensitive = new SensitiveNames(tree, policy, this.stars, this.resolver);
  }

  /** True if there are too many star import paths to follow them all. */
  get isExhausted(): boolean {
    return this.stars.isExhausted;
  }

  setSummaries(summaries: Iterable<readonly [file: string, summary: FileSummary]>): void {
    for (const [file, summary] of summaries) this.stars.setSummary(file, summary);
    this.resolver.clear();
    this.sensitive.clear();
    this.linked.clear();
  }

  /** Returns the links of one file, which resolve relative modules from its own folder. */
  linksOf(file: string): Links {
    const absolute = (module: string) => this.tree.resolve(file, module);
    return {
      isShared: true,
      owns: (root) => this.tree.owns(root),
      member: (module, name) => this.linkedMember(absolute(module), name),
      starNames: (module) => this.sensitive.starNames(absolute(module)),
      sensitiveOn: (module, path) => this.sensitive.onPath(absolute(module), path),
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
    return question.kind === 'names' ? this.sensitive.starNames(module) : this.sensitive.onPath(module, question.path);
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
    const found = this.resolver.member(module, name);
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
}
