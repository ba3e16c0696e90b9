// Defines what a file can learn about the plugin's other files during its analysis (scan policy §5.6a). All questions are recorded, so
// that a file's findings depend only on its text and on the answers.
import type { TrailStep } from '../../contract/findings/finding.ts';
import { trailStepsMax } from '../../contract/limits/scans.ts';
import { rootModule } from '../policy/listed-modules.ts';

/** Marks the plugin's own modules among dotted names: `@pkg.helpers`, or as written in the file, `@.helpers`. */
export const ownPrefix = '@';

/**
 * Stands for values cut off by a limit. It flows like a name, and every step from it leads back to it. An object that may be anything
 * is reported where it is used for a lookup that the policy governs (scan policy §5.6c).
 */
export const cutOff = '…';

/** A module's function that creates names that nothing in the module binds. */
export const moduleGetter = '__getattr__';

/** Returns the name that stands for the results of a module's function. */
export function resultName(name: string): string {
  return `${name}()`;
}

export function joinTrails(first: readonly TrailStep[], second: readonly TrailStep[]): readonly TrailStep[] {
  const joined = [...first, ...second];
  return joined.length <= trailStepsMax ? joined : [...joined.slice(0, trailStepsMax - 1), ...joined.slice(-1)];
}

export interface Linked {
  /** Canonical dotted name, or one of the plugin's own modules. */
  value: string;
  trail: readonly TrailStep[];
}

export interface Links {
  /** True if other files may import this one. */
  readonly isShared: boolean;
  /** Returns whether absolute imports that start with this component resolve to a plugin module. */
  owns(root: string): boolean;
  /** Returns what a member of a plugin module may refer to. The module is named as in the file, or with `@`. */
  member(module: string, name: string): readonly Linked[];
  /** Returns the policy-relevant members that a star import of the module binds. */
  starNames(module: string): readonly string[];
  /** Returns the policy-relevant names on the path `module.a.b`, and in the module that it leads to: `os`, `@pkg.helpers.o`. */
  sensitiveOn(module: string, path: readonly string[]): readonly string[];
}

/** Returns whether the module, as named by an import, belongs to the plugin. */
export function isOwn(links: Pick<Links, 'owns'>, module: string): boolean {
  return module.startsWith('.') || links.owns(rootModule(module));
}

/** Returns the target through which a name leads to the value: the value itself, or else a plugin module. */
export function targetToward<T extends Pick<Linked, 'value'>>(value: string, targets: readonly T[]): T | undefined {
  const own = targets.find((target) => target.value.startsWith(ownPrefix));
  return targets.find((target) => target.value === value) ?? own ?? targets[0];
}

/** A question about another file, stored with the findings that depend on its answer. */
export type Question =
  | { kind: 'member'; module: string; name: string }
  | { kind: 'names'; module: string }
  | { kind: 'path'; module: string; path: readonly string[] };

export type Answer = readonly (Linked | string)[];

/** Counts the characters of the answer when written as text. */
export function countChars(answer: Answer): number {
  return answer.reduce(
    (chars, found) => chars + (typeof found === 'string' ? found.length + 3 : charsOfLinked(found)),
    2,
  );
}

function charsOfLinked({ trail, value }: Linked): number {
  return trail.reduce((chars, step) => chars + JSON.stringify(step).length + 1, value.length + 25);
}

/** The links of a standalone file, which has no other files. */
export const noLinks: Links = {
  isShared: false,
  owns: () => false,
  member: () => [],
  starNames: () => [],
  sensitiveOn: () => [],
};

/** Passes questions on to other links, and records them. */
export class RecordingLinks implements Links {
  private readonly links: Links;
  readonly questions: Question[] = [];
  /** Answers by module and name, because a file repeats its questions. */
  private readonly members = new Map<string, Map<string, readonly Linked[]>>();
  private readonly starred = new Map<string, readonly string[]>();
  private readonly paths = new Set<string>();

  constructor(links: Links) {
    this.links = links;
  }

  get isShared(): boolean {
    return this.links.isShared;
  }

  owns(root: string): boolean {
    return this.links.owns(root);
  }

  member(module: string, name: string): readonly Linked[] {
    const members = this.members.get(module) ?? new Map<string, readonly Linked[]>();
    this.members.set(module, members);
    const known = members.get(name);
    if (known) return known;
    this.questions.push({ kind: 'member', module, name });
    const found = this.links.member(module, name);
    members.set(name, found);
    return found;
  }

  starNames(module: string): readonly string[] {
    const known = this.starred.get(module);
    if (known) return known;
    this.questions.push({ kind: 'names', module });
    const found = this.links.starNames(module);
    this.starred.set(module, found);
    return found;
  }

  sensitiveOn(module: string, path: readonly string[]): readonly string[] {
    const key = `${module} ${path.join('.')}`;
    if (!this.paths.has(key)) this.questions.push({ kind: 'path', module, path });
    this.paths.add(key);
    return this.links.sensitiveOn(module, path);
  }
}
