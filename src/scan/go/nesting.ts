// Checks a Go file's nesting from its tokens before the file is parsed. Brackets must match, their depth is limited, and chains of
// operators, calls or `else if` must not make a deeper tree than the scanner accepts (scan policy §7, §8a).
import { limits } from '../../contract/limits/scans.ts';
import type { SyntaxProblem } from '../file/report.ts';
import { closing, kindFlags, opening, Token, type Tokens } from './tokens.ts';

/** Returns the file's nesting problem; undefined if the nesting is valid and within the limits. */
export function nestingProblem(tokens: Tokens): SyntaxProblem | undefined {
  const nesting = new Nesting(tokens);
  for (let index = 0; index < tokens.size; index += 1) {
    const problem = nesting.step(index);
    if (problem) return problem;
  }
  return nesting.end();
}

/** Kinds of links in a chain, from the loosest binding to the tightest. */
const Link = { else: 0, label: 1, or: 2, and: 3, comparison: 4, additive: 5, multiplicative: 6, tight: 7 } as const;
const links = 8;

const linkOf = new Map<number, number>([
  [Token.or, Link.or],
  [Token.and, Link.and],
  [Token.comparison, Link.comparison],
  [Token.additive, Link.additive],
  [Token.multiplicative, Link.multiplicative],
  [Token.star, Link.multiplicative],
  [Token.arrow, Link.or],
  [Token.else, Link.else],
  [Token.colon, Link.label],
]);
const binding = new Int8Array(64).fill(-1);
for (const [kind, link] of linkOf) binding[kind] = link;

/** Tokens that each nest the tokens next to them one level deeper. */
const tight = kindFlags(Token.dot, Token.not, Token.tilde, Token.chan, Token.map, Token.func);
const operand = kindFlags(
  ...[Token.name, Token.string, Token.rune, Token.number],
  ...[Token.closeParenthesis, Token.closeBracket, Token.closeBrace],
);
/** Tokens after which a new chain starts next to the previous one. */
const separating = kindFlags(Token.semicolon, Token.comma, Token.assign, Token.case, Token.default);

class Nesting {
  private readonly tokens: Tokens;
  private readonly open: number[] = [];
  /** Number of links of each kind in the current chain, per bracket level. */
  private readonly chains = new Int32Array((limits.bracketLevels + 2) * links);
  /** Total depth of the levels around the current one. */
  private outer = 0;
  private readonly outers: number[] = [];
  /** Depth of the current level. */
  private depth = 0;

  constructor(tokens: Tokens) {
    this.tokens = tokens;
  }

  step(index: number): SyntaxProblem | undefined {
    const kind = this.tokens.kind(index);
    if (opening[kind] === 1) return this.openBracket(index);
    if (closing[kind] === 1) return this.closeBracket(index, kind);
    const link = this.linkAt(index, kind);
    if (link >= 0) return this.add(link, index);
    if (separating[kind] === 1) this.cut(Link.label, links);
    return undefined;
  }

  end(): SyntaxProblem | undefined {
    const last = this.open.at(-1);
    return last === undefined ? undefined : this.problem('SLP601', 'unclosed bracket', last);
  }

  /** Returns the kind of link that the token adds to the chain; -1 if it adds none. */
  private linkAt(index: number, kind: number): number {
    if (tight[kind] === 1) return Link.tight;
    const link = binding[kind] ?? -1;
    if (link < Link.or) return link;
    // An operator without a left operand is unary.
    return operand[this.tokens.kind(index - 1)] === 1 ? link : Link.tight;
  }

  private add(link: number, index: number): SyntaxProblem | undefined {
    this.cut(link + 1, links);
    const at = this.open.length * links + link;
    this.chains[at] = (this.chains[at] ?? 0) + 1;
    this.depth += 1;
    return this.outer + this.depth > limits.treeDepth ? this.problem('SLP603', 'nested too deeply', index) : undefined;
  }

  /** Ends the current level's chains whose link kinds are in the range. */
  private cut(from: number, to: number): void {
    const level = this.open.length * links;
    for (let at = level + from; at < level + to; at += 1) {
      this.depth -= this.chains[at] ?? 0;
      this.chains[at] = 0;
    }
  }

  private openBracket(index: number): SyntaxProblem | undefined {
    if (this.open.length === limits.bracketLevels) return this.problem('SLP603', 'too many nested brackets', index);
    this.outers.push(this.depth);
    this.outer += this.depth + 1;
    this.open.push(index);
    this.depth = 0;
    return undefined;
  }

  private closeBracket(index: number, kind: number): SyntaxProblem | undefined {
    const opened = this.open.at(-1);
    if (opened === undefined || this.tokens.kind(opened) !== kind - 1) {
      return this.problem('SLP601', 'unmatched closing bracket', index);
    }
    this.cut(0, links);
    this.open.pop();
    this.depth = this.outers.pop() ?? 0;
    this.outer -= this.depth + 1;
    if (kind !== Token.closeBrace) return this.add(Link.tight, index);
    if (this.tokens.kind(index + 1) !== Token.else) this.cut(Link.else, Link.label);
    return undefined;
  }

  private problem(ruleId: SyntaxProblem['ruleId'], detail: string, index: number): SyntaxProblem {
    return { ruleId, detail, ...this.tokens.range(index) };
  }
}
