// Which tokens of a file must be read, in the statements that they are in: those that the policy watches wherever they stand, and
// those of the names that what has been read leads to. More is read when a name was asked for that had not been watched.
import type { ScanPolicy } from '../policy/policy.ts';
import { Role } from '../policy/watched-words.ts';
import type { Lexed } from '../syntax/lexer.ts';
import { Token } from '../syntax/token.ts';
import { deepLines } from './deep-lines.ts';
import type { LogicalLines } from './logical-lines.ts';
import { TokenNames } from './token-names.ts';
import { watchedTokens } from './watched-tokens.ts';

/** So often more is read, and so much of the file's tokens in all, before the whole file is. */
const roundsMax = 4;
const shareMax = 0.5;
const tokensMin = 5000;

export interface Selection {
  /** Ascending. */
  tokens: readonly number[];
  /** For each logical line, whether it is to be read. */
  lines: Uint8Array;
}

export class Watch {
  private readonly lines: LogicalLines;
  private readonly spelled: TokenNames;
  private readonly policy: ScanPolicy;
  private readonly constant: readonly number[];
  private readonly names = new Set<string>();
  private readonly attributes = new Set<string>();
  /** The lines that have been read. */
  private read: Uint8Array | undefined;
  private rounds = 0;
  private tokensRead = 0;
  private whole = false;
  private asked = false;

  constructor(text: string, { tokens, watched }: Lexed, lines: LogicalLines, policy: ScanPolicy) {
    this.lines = lines;
    this.spelled = new TokenNames(text, tokens);
    this.policy = policy;
    this.constant = ascending([...watchedTokens(watched, this.spelled, policy), ...deepLines(lines)]);
  }

  /** Whether every mention of the name that may bind it or lead on from it is read; if not, it will be. */
  sees(name: string): boolean {
    return this.has(this.names, name, Role.module | Role.name);
  }

  /** The same for attributes of any object. */
  seesAttribute(name: string): boolean {
    return this.has(this.attributes, name, Role.attribute);
  }

  private has(names: Set<string>, name: string, roles: number): boolean {
    if (this.whole || names.has(name) || (this.policy.watched.roleOf(name) & roles) !== 0) return true;
    names.add(name);
    this.asked = true;
    return false;
  }

  askForAll(): void {
    if (this.whole) return;
    this.asked = true;
    this.rounds = roundsMax;
  }

  /** Whether there is nothing at all to read. */
  get isIdle(): boolean {
    return this.constant.length === 0;
  }

  get isWhole(): boolean {
    return this.whole;
  }

  /** Whether something was asked for since the last selection. */
  get missed(): boolean {
    return this.asked;
  }

  /** What is to be read now; undefined when all of it has been. */
  select(): Selection | undefined {
    const { attributes, constant, lines, names, read } = this;
    this.asked = false;
    const tokens = names.size + attributes.size === 0 ? constant : ascending([...constant, ...this.mentions()]);
    const flags = lines.holding(tokens);
    const isKnown = read?.every((flag, line) => flag === 1 || flags[line] === 0) ?? false;
    if (isKnown && this.rounds < roundsMax) return undefined;
    this.tokensRead += lines.size(flags);
    this.whole = this.rounds >= roundsMax || this.tokensRead > Math.max(tokensMin, lines.tokens.size * shareMax);
    this.rounds += 1;
    if (this.whole) flags.fill(1);
    this.read = flags;
    return { tokens, lines: flags };
  }

  /** Where a name that was asked for stands; not where an attribute is taken of it that leads nowhere. */
  private *mentions(): Generator<number> {
    const { attributes, names, policy, spelled } = this;
    const { tokens } = spelled;
    for (let index = 0; index < tokens.size; index += 1) {
      if (tokens.kind(index) !== Token.name) continue;
      if (spelled.isAttribute(index)) {
        if (attributes.size > 0 && attributes.has(spelled.name(index))) yield index;
      } else if (names.has(spelled.name(index))) {
        const member = spelled.member(index);
        if (member === undefined || policy.watched.mayBeWatchedMember(member)) yield index;
      }
    }
  }
}

function ascending(indexes: readonly number[]): number[] {
  return [...new Set(indexes)].sort((a, b) => a - b);
}
