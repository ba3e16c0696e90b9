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

export class TokenSelector {
  private readonly lines: LogicalLines;
  private readonly tokenNames: TokenNames;
  private readonly policy: ScanPolicy;
  private readonly policyTokens: readonly number[];
  private readonly demandedNames = new Set<string>();
  private readonly demandedAttributes = new Set<string>();
  /** The lines that have been read. */
  private readLines: Uint8Array | undefined;
  private rounds = 0;
  private tokensRead = 0;
  private wholeFile = false;
  private unmetDemand = false;

  constructor(text: string, { tokens, watched }: Lexed, lines: LogicalLines, policy: ScanPolicy) {
    this.lines = lines;
    this.tokenNames = new TokenNames(text, tokens);
    this.policy = policy;
    this.policyTokens = ascending([...watchedTokens(watched, this.tokenNames, policy), ...deepLines(lines)]);
  }

  /** Whether every mention of the name that may bind it or lead on from it is read; if not, it will be. */
  demandName(name: string): boolean {
    return this.demand(this.demandedNames, name, Role.module | Role.name);
  }

  /** The same for attributes of any object. */
  demandAttribute(name: string): boolean {
    return this.demand(this.demandedAttributes, name, Role.attribute);
  }

  private demand(names: Set<string>, name: string, roles: number): boolean {
    if (this.wholeFile || names.has(name) || (this.policy.watched.roleOf(name) & roles) !== 0) return true;
    names.add(name);
    this.unmetDemand = true;
    return false;
  }

  demandAll(): void {
    if (this.wholeFile) return;
    this.unmetDemand = true;
    this.rounds = roundsMax;
  }

  /** Whether there is nothing at all to read. */
  get isEmpty(): boolean {
    return this.policyTokens.length === 0;
  }

  get readsWholeFile(): boolean {
    return this.wholeFile;
  }

  /** Whether something was asked for since the last selection. */
  get hasUnmetDemand(): boolean {
    return this.unmetDemand;
  }

  /** What is to be read now; undefined when all of it has been. */
  select(): Selection | undefined {
    const {
      demandedAttributes: attributes,
      policyTokens: constant,
      lines,
      demandedNames: names,
      readLines: read,
    } = this;
    this.unmetDemand = false;
    const tokens = names.size + attributes.size === 0 ? constant : ascending([...constant, ...this.mentions()]);
    const flags = lines.linesOf(tokens);
    const isKnown = read?.every((flag, line) => flag === 1 || flags[line] === 0) ?? false;
    if (isKnown && this.rounds < roundsMax) return undefined;
    this.tokensRead += lines.tokenCount(flags);
    this.wholeFile = this.rounds >= roundsMax || this.tokensRead > Math.max(tokensMin, lines.tokens.size * shareMax);
    this.rounds += 1;
    if (this.wholeFile) flags.fill(1);
    this.readLines = flags;
    return { tokens, lines: flags };
  }

  /** Where a name that was asked for stands; not where an attribute is taken of it that leads nowhere. */
  private *mentions(): Generator<number> {
    const { demandedAttributes: attributes, demandedNames: names, policy, tokenNames: spelled } = this;
    const { tokens } = spelled;
    for (let index = 0; index < tokens.size; index += 1) {
      if (tokens.kind(index) !== Token.name) continue;
      if (spelled.isAttribute(index)) {
        if (attributes.size > 0 && attributes.has(spelled.name(index))) yield index;
      } else if (names.has(spelled.name(index))) {
        const member = spelled.memberAfter(index);
        if (member === undefined || policy.watched.mayBeWatchedMember(member)) yield index;
      }
    }
  }
}

function ascending(indexes: readonly number[]): number[] {
  return [...new Set(indexes)].sort((a, b) => a - b);
}
