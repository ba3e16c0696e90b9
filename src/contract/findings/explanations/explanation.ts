// Describes a rule, or a single name, to the author of a plugin: why it is there, and what to write instead.
import type { RuleId } from '../rules.ts';

export interface Explanation {
  why: string;
  /** The fix, as an instruction. Left out where the message of each finding already says it. */
  fix?: string;
  /** Code, a command or a file name that the rule reports. */
  bad: string;
  good: string;
}

/** Explains exactly the rules whose IDs match. */
export type Explanations<Prefix extends string> = Record<Extract<RuleId, `${Prefix}${string}`>, Explanation>;

export interface NameAdvice {
  /** Canonical names, as findings report them. `*` at the end of a name matches any characters. */
  names: readonly string[];
  /** One sentence or two: an instruction. */
  fix: string;
}
