// Knows by tokens which names are parameters of the functions around a line, and so not what the module binds by the same name.
import { kindFlags, Token } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';
import { closing, opening } from './statement-reader.ts';
import type { TokenNames } from './token-names.ts';

export class ParametersAround {
  private readonly names: TokenNames;
  private readonly lines: LogicalLines;
  private readonly around: { depth: number; parameters: ReadonlySet<string> }[] = [];
  /** The parameters that the current line declares. */
  private declared: ReadonlyMap<number, string> = new Map();
  private bound: ReadonlySet<string> | undefined;

  constructor(names: TokenNames, lines: LogicalLines) {
    this.names = names;
    this.lines = lines;
  }

  /** Goes on to a line. Lines must be entered in order. */
  enter(line: number): void {
    const { lines, names } = this;
    const depth = lines.depth(line);
    while ((this.around.at(-1)?.depth ?? -1) >= depth) this.around.pop();
    const start = lines.first(line);
    const first = names.tokens.kind(start) === Token.async ? start + 1 : start;
    const isFunction = names.tokens.kind(first) === Token.def;
    this.declared = isFunction ? this.parametersIn(first, lines.newline(line)) : nothing;
    if (isFunction) this.around.push({ depth, parameters: new Set(this.declared.values()) });
  }

  /** Whether the token declares a parameter of the function that the line begins. */
  isDeclared(token: number): boolean {
    return this.declared.has(token);
  }

  /** Whether the name is a parameter in the current line, and no import in a function binds it. */
  hides(name: string): boolean {
    const isParameter = this.around.some(({ parameters }) => parameters.has(name));
    return isParameter && this.declared.size === 0 && !this.boundInFunctions().has(name);
  }

  private parametersIn(def: number, end: number): Map<number, string> {
    const { tokens } = this.names;
    const declared = new Map<number, string>();
    let depth = 0;
    for (let at = def; at < end; at += 1) {
      const kind = tokens.kind(at);
      depth += (opening[kind] ?? 0) - (closing[kind] ?? 0);
      if (depth === 0 && kind === Token.colon) break;
      if (kind === Token.name && depth === 1 && parameterStarts[tokens.kind(at - 1)] === 1)
        declared.set(at, this.names.name(at));
    }
    return declared;
  }

  /** Returns the names in imports that functions contain. */
  private boundInFunctions(): ReadonlySet<string> {
    if (this.bound) return this.bound;
    const { lines, names } = this;
    const bound = new Set<string>();
    /** The depth of the outermost function around the line. */
    let outermost = Number.POSITIVE_INFINITY;
    for (let line = 0; line < lines.count; line += 1) {
      if (lines.depth(line) <= outermost) outermost = Number.POSITIVE_INFINITY;
      const first = lines.first(line);
      if (lines.depth(line) > outermost) this.addImports(line, bound);
      else if (definitions[names.tokens.kind(first)] === 1) outermost = lines.depth(line);
    }
    this.bound = bound;
    return bound;
  }

  private addImports(line: number, bound: Set<string>): void {
    const { lines, names } = this;
    let isImport = false;
    for (let at = lines.first(line); at < lines.newline(line); at += 1) {
      const kind = names.tokens.kind(at);
      isImport ||= kind === Token.import;
      if (isImport && kind === Token.name) bound.add(names.name(at));
    }
  }
}

/** Tokens that functions begin with. `async` begins other statements as well, whose imports then count too. */
const definitions = kindFlags(Token.def, Token.async);
const nothing: ReadonlyMap<number, string> = new Map();
/** Tokens before a parameter. */
const parameterStarts = kindFlags(Token.openParenthesis, Token.comma, Token.star, Token.doubleStar);
