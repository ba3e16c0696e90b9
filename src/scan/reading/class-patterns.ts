// Finds the tokens with which class patterns read attributes without a dot: `case Box(value=v)` (scan policy §5.5).
import { Token } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';
import type { TokenNames } from './token-names.ts';

const matchArguments = '__match_args__';

export class ClassPatterns {
  private readonly names: TokenNames;
  private readonly lines: LogicalLines;
  private found: { keywords: readonly number[]; classes: readonly number[] } | undefined;

  constructor(names: TokenNames, lines: LogicalLines) {
    this.names = names;
    this.lines = lines;
  }

  /** Names of keyword arguments, ascending. */
  get keywords(): readonly number[] {
    return this.read().keywords;
  }

  /** The tokens that determine positional arguments: class names in patterns, and `__match_args__`. Empty if the file has none. */
  get positions(): readonly number[] {
    return this.names.mayMention(matchArguments) ? this.read().classes : [];
  }

  private read() {
    this.found ??= this.names.mayMention('case') ? this.readLines() : { keywords: [], classes: [] };
    return this.found;
  }

  private readLines() {
    const { lines, names } = this;
    const { tokens } = names;
    const keywords: number[] = [];
    const classes: number[] = [];
    for (const first of names.mentionsOf(['case', matchArguments])) {
      const line = lines.lineOf(first);
      if (lines.first(line) !== first) continue;
      if (names.name(first) === matchArguments) {
        classes.push(first);
        continue;
      }
      for (let at = first + 1; at < lines.newline(line); at += 1) {
        if (tokens.kind(at) !== Token.name) continue;
        const after = tokens.kind(at + 1);
        if (after === Token.equals && !names.isAttribute(at)) keywords.push(at);
        else if (after === Token.openParenthesis) classes.push(at);
      }
    }
    return { keywords, classes };
  }
}
