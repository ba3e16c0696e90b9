// Finds, from tokens, the names that are local to the functions around a line, which hide the module's names: parameters, and names
// that the function assigns (scan policy §3.1).
import { bracketStep, kindFlags, opening, Token } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';
import { parameterStarts } from './statement-reader.ts';
import type { TokenNames } from './token-names.ts';

/** A function or class around a line. The body of a class sees the module's names even where it binds them itself. */
interface Scope {
  depth: number;
  line: number;
  parameters: ReadonlySet<string> | undefined;
}

export class NamesAround {
  private readonly names: TokenNames;
  private readonly lines: LogicalLines;
  private readonly around: Scope[] = [];
  /** True if the current line starts a function or class. */
  private isHeader = false;
  /** Parameters declared by the current line. */
  private declared: ReadonlyMap<number, string> = new Map();
  private shared: ReadonlySet<string> | undefined;
  private assigned: ReadonlyMap<number, ReadonlySet<string>> | undefined;

  constructor(names: TokenNames, lines: LogicalLines) {
    this.names = names;
    this.lines = lines;
  }

  /** Moves to a line. Enter lines in order. */
  enter(line: number): void {
    const { lines, names } = this;
    const first = lines.keyword(line);
    const kind = names.tokens.kind(first);
    this.declared = kind === Token.def ? this.parametersIn(first, lines.newline(line)) : nothing;
    this.isHeader = enterScope(this.around, { kind, line, depth: lines.depth(line) });
    const scope = this.around.at(-1);
    if (kind === Token.def && scope) scope.parameters = new Set(this.declared.values());
  }

  /** Returns whether the token declares a parameter of the function that the line starts. */
  isDeclared(token: number): boolean {
    return this.declared.has(token);
  }

  /** Returns whether the name is local to a function around the current line, and no import in a function binds it. */
  hides(name: string): boolean {
    const { around } = this;
    if (this.isHeader || around.at(-1)?.parameters === undefined) return false;
    const isLocal = around.some(
      ({ line, parameters }) => parameters?.has(name) || (parameters && this.assignedIn(line).has(name)),
    );
    return isLocal && !this.sharedNames().has(name);
  }

  private parametersIn(def: number, end: number): Map<number, string> {
    const { tokens } = this.names;
    const declared = new Map<number, string>();
    let depth = 0;
    for (let at = def; at < end; at += 1) {
      const kind = tokens.kind(at);
      depth += bracketStep(kind);
      if (depth === 0 && kind === Token.colon) break;
      if (kind === Token.name && depth === 1 && parameterStarts[tokens.kind(at - 1)] === 1)
        declared.set(at, this.names.name(at));
    }
    return declared;
  }

  /** Returns the names that the function's statements assign. */
  private assignedIn(header: number): ReadonlySet<string> {
    this.assigned ??= this.readAssigned();
    return this.assigned.get(header) ?? none;
  }

  private readAssigned(): Map<number, ReadonlySet<string>> {
    const { lines, names } = this;
    const assigned = new Map<number, Set<string>>();
    const around: Scope[] = [];
    for (let line = 0; line < lines.count; line += 1) {
      const first = lines.keyword(line);
      const kind = names.tokens.kind(first);
      if (enterScope(around, { kind, line, depth: lines.depth(line) })) {
        const scope = around.at(-1);
        if (kind === Token.def && scope) scope.parameters = none;
        continue;
      }
      const scope = around.at(-1);
      if (!scope?.parameters) continue;
      const bound = assigned.get(scope.line) ?? new Set<string>();
      assigned.set(scope.line, bound);
      for (const target of this.targetsIn(first, lines.newline(line))) bound.add(names.name(target));
    }
    return assigned;
  }

  /** Returns the targets of a statement that begins with nothing but names: `a, (b, *c) = …`, `a: T = …`, `for a, b in …`. */
  private targetsIn(first: number, end: number): number[] {
    const { tokens } = this.names;
    const isLoop = tokens.kind(first) === Token.for;
    const targets: number[] = [];
    let at = isLoop ? first + 1 : first;
    for (; at < end && (tokens.kind(at) === Token.name || listed[tokens.kind(at)] === 1); at += 1) {
      if (tokens.kind(at) === Token.name) targets.push(at);
      else if (opening[tokens.kind(at)] === 1 && tokens.kind(at - 1) === Token.name) return [];
    }
    const after = tokens.kind(at);
    const isAnnotated = targets.length === 1 && at === first + 1 && after === Token.colon;
    return (isLoop ? after === Token.in : after === Token.equals || isAnnotated) ? targets : [];
  }

  /** Returns the names in the `import`, `global` and `nonlocal` statements of functions. */
  private sharedNames(): ReadonlySet<string> {
    if (this.shared) return this.shared;
    const { lines, names } = this;
    const bound = new Set<string>();
    /** Depth of the outermost function around the line. */
    let outermost = Number.POSITIVE_INFINITY;
    for (let line = 0; line < lines.count; line += 1) {
      if (lines.depth(line) <= outermost) outermost = Number.POSITIVE_INFINITY;
      const first = lines.first(line);
      if (lines.depth(line) > outermost) this.addShared(first, lines.newline(line), bound);
      else if (definitions[names.tokens.kind(first)] === 1) {
        outermost = lines.depth(line);
        this.addShared(first, lines.newline(line), bound);
      }
    }
    this.shared = bound;
    return bound;
  }

  private addShared(from: number, to: number, bound: Set<string>): void {
    const { names } = this;
    let isShared = false;
    for (let at = from; at < to; at += 1) {
      const kind = names.tokens.kind(at);
      isShared ||= sharing[kind] === 1;
      if (isShared && kind === Token.name) bound.add(names.name(at));
    }
  }
}

/** Leaves scopes that don't contain the line, and enters the scope that it starts. Returns whether it starts one. */
function enterScope(around: Scope[], { depth, kind, line }: { depth: number; kind: number; line: number }): boolean {
  while ((around.at(-1)?.depth ?? -1) >= depth) around.pop();
  if (kind !== Token.def && kind !== Token.class) return false;
  around.push({ depth, line, parameters: undefined });
  return true;
}

/** Tokens that start functions. `async` starts other statements too, whose imports then count as well. */
const definitions = kindFlags(Token.def, Token.async);
const sharing = kindFlags(Token.import, Token.global, Token.nonlocal);
const nothing: ReadonlyMap<number, string> = new Map();
const none: ReadonlySet<string> = new Set();
/** Tokens in a list of targets. */
const listed = kindFlags(
  Token.openParenthesis,
  Token.closeParenthesis,
  Token.openBracket,
  Token.closeBracket,
  Token.comma,
  Token.star,
);
