// Writes paths of values in an answer, such as $.took_ms or $.items[*].id, and matches them with those that a plan ignores. A path also
// ignores everything below it.
import { releaseLimits as limits } from '../contract/limits/deployments.ts';
import { decodeString } from '../core/json/tree.ts';

const step = /\.([^.[\]\s]+)|\[\*\]|\[("(?:[^"\\]|\\.)*")\]/g;

/** Null stands for every member or item. */
type Step = string | null;

/** Ignored paths at a value and below it. */
export class IgnoredPaths {
  readonly #rests: readonly (readonly Step[])[];

  constructor(rests: readonly (readonly Step[])[]) {
    this.#rests = rests;
  }

  /** True if the value itself is ignored. */
  get isIgnored(): boolean {
    return this.#rests.some((rest) => rest.length === 0);
  }

  /** Returns what is ignored at a member, or at a list's items for null. */
  below(key: Step): IgnoredPaths {
    if (this.#rests.length === 0) return this;
    const matching = this.#rests.filter(([first]) => first === null || (key !== null && first === key));
    return new IgnoredPaths(matching.map((rest) => rest.slice(1)));
  }
}

export function readIgnoredPaths(paths: readonly string[]): IgnoredPaths {
  return new IgnoredPaths(
    paths.map((path) => [...path.matchAll(step)].map(([, name, quoted]) => stepFor(name, quoted))),
  );
}

function stepFor(name: string | undefined, quoted: string | undefined): Step {
  if (quoted !== undefined) return decodeString(quoted);
  return name === undefined || name === '*' ? null : name;
}

const identifier = /^[A-Za-z_$][\w$]*$/;

/** Returns the path of a member, or of a list's items for null, in the form that `ignore` takes. Long paths are cut off. */
export function pathBelow(path: string, key: Step): string {
  const name = key === null ? '[*]' : identifier.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  const below = path + name;
  return below.length > limits.pathCharsMax ? `${below.slice(0, limits.pathCharsMax)}…` : below;
}
