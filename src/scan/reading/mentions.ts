// Reads a file's statements as the names that they mention and those that they assign, separately for each function (scan policy
// §10.7).
import { bracketStep, Token, type Tokens } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';
import { anyParameters, parameterStarts, Statement, StatementReader, startsWith, subject } from './statement-reader.ts';
import { KeyForm, type TokenNames } from './token-names.ts';
import { findStatementEnd } from './watched-tokens.ts';

/** A function or class that contains the current line. */
interface Scope {
  depth: number;
  /** Token of the function's name. */
  function?: number;
  locals: Locals;
}

export class Mentions {
  /** Names that something other than an import or a class binds. */
  readonly bound = new Set<string>();
  private readonly names: TokenNames;
  private readonly tokens: Tokens;
  private readonly reader: StatementReader;
  private readonly module = new Locals(undefined, 0);
  private functions = 0;
  private readonly localsOfLines: Locals[] = [];

  /** `imported` has the names bound by imports from outside the plugin. */
  constructor(names: TokenNames, imported: ReadonlySet<string>) {
    this.names = names;
    this.tokens = names.tokens;
    this.reader = new StatementReader(names, imported);
  }

  statements(lines: LogicalLines): Statement[] {
    const { tokens } = this;
    const read: Resolvable[] = [];
    const scopes: Scope[] = [];
    for (let line = 0; line < lines.count; line += 1) {
      const depth = lines.depth(line);
      while ((scopes.at(-1)?.depth ?? -1) >= depth) scopes.pop();
      const first = lines.keyword(line);
      const kind = tokens.kind(first);
      const around = scopes.at(-1)?.locals ?? this.module;
      const isImport = kind === Token.import || kind === Token.from;
      let start = isImport ? findStatementEnd(tokens, first) : first;
      if (isImport) {
        if (around !== this.module) this.reader.read(first, start);
        if (isClass(scopes.at(-1)))
          read.push({ statement: this.reader.importedFields(first, start), from: around, to: around });
      }
      if (start < lines.newline(line)) {
        if (kind === Token.class) scopes.push({ depth, locals: around });
        if (kind === Token.def) {
          const name = this.names.name(first + 1);
          const isMethod = isClass(scopes.at(-1));
          this.functions += 1;
          scopes.push({ depth, function: first + 1, locals: new Locals(around, this.functions) });
          this.bound.add(name);
          if (!isMethod) around.bound.add(name);
          start = this.readHeader(first + 1, { scopes, isMethod, read }) + 1;
        }
        const scope = scopes.at(-1);
        const statements = this.reader.read(start, lines.newline(line));
        if (startsWith(this.names, first, 'match') && lines.opens(line)) statements[0].targets.push(subject);
        for (const statement of statements)
          this.addTo(read, { statement, scopes, locals: scope?.locals ?? this.module });
      }
      this.localsOfLines.push(scopes.at(-1)?.locals ?? this.module);
    }
    return read.map((resolvable) => this.resolved(resolvable));
  }

  /** Reads the operand of an attribute in a line. Read all statements first. */
  operand(line: number, { from, to }: { from: number; to: number }): Statement {
    const locals = this.localsOfLines[line] ?? this.module;
    return this.resolved({ statement: this.reader.read(from, to)[0], from: locals, to: locals });
  }

  /** Adds a statement with its effects on its scope: a function returns values, and a class has the names that are bound in it. */
  private addTo(
    read: Resolvable[],
    { locals, scopes, statement }: { statement: Statement; scopes: readonly Scope[]; locals: Locals },
  ): void {
    const { assigned, targets } = statement;
    const inClass = isClass(scopes.at(-1));
    for (const target of assigned) if (!inClass) locals.bound.add(target);
    targets.push(...assigned);
    const around = statement.returns ? scopes.findLast((scope) => scope.function !== undefined) : undefined;
    if (around?.function !== undefined) {
      const returned = Object.assign(new Statement(), statement, {
        names: [...statement.names],
        targets: [
          this.names.key(around.function, KeyForm.result),
          this.names.key(around.function, KeyForm.attributeResult),
        ],
      });
      read.push({ statement: returned, from: locals, to: around.locals.parent ?? this.module });
    }
    for (const target of targets) this.bound.add(target);
    if (inClass) targets.push(...targets.map((target) => `.${target}`));
    if (targets.length > 0) read.push({ statement, from: locals, to: locals });
  }

  /** Makes local names unique, so that functions don't share them. */
  private resolved({ from, statement, to }: Resolvable): Statement {
    const { shared } = this.reader;
    // The module's own names stay as written.
    if (from !== this.module) from.resolveAll(statement.names, shared);
    for (const name of statement.opened) {
      const own = from.resolve(name, shared);
      if (own !== name || this.bound.has(name)) statement.names.push(own);
    }
    if (to !== this.module) to.resolveAll(statement.targets, shared);
    return statement;
  }

  /** Reads a function's header. Its parameters receive the arguments of calls, and their defaults. Returns the start of the body. */
  private readHeader(
    name: number,
    { isMethod, read, scopes }: { scopes: readonly Scope[]; isMethod: boolean; read: Resolvable[] },
  ): number {
    const { names, tokens } = this;
    const to = scopes.at(-1)?.locals ?? this.module;
    const from = to.parent ?? this.module;
    const header = new Statement();
    header.names.push(names.key(name, KeyForm.passed), names.key(name, KeyForm.attributePassed), anyParameters);
    read.push({ statement: header, from, to });
    let depth = 0;
    let isDefault = false;
    let at = name + 1;
    for (; tokens.kind(at) !== Token.newline && tokens.kind(at) !== Token.end; at += 1) {
      const kind = tokens.kind(at);
      depth += bracketStep(kind);
      if (depth === 0 && kind === Token.colon) break;
      if (depth === 1 && (kind === Token.equals || kind === Token.comma)) isDefault = kind === Token.equals;
      if (kind !== Token.name) continue;
      if (depth === 1 && parameterStarts[tokens.kind(at - 1)] === 1) {
        const parameter = names.name(at);
        to.bound.add(parameter);
        if (isMethod && at === name + 2) continue;
        header.targets.push(parameter);
        const byKeyword = new Statement();
        byKeyword.names.push(names.key(at, KeyForm.keyword));
        byKeyword.targets.push(parameter);
        read.push({ statement: byKeyword, from, to });
      } else if (isDefault && depth > 0) {
        at = this.reader.readMention(at, header, tokens.size);
      }
    }
    return at;
  }
}

interface Resolvable {
  statement: Statement;
  /** Functions in which to look up the names and targets. */
  from: Locals;
  to: Locals;
}

function isClass(scope: Scope | undefined): boolean {
  return scope !== undefined && scope.function === undefined;
}

/** Names of one function, or of the module. */
class Locals {
  readonly bound = new Set<string>();
  readonly parent: Locals | undefined;
  private readonly id: number;
  private readonly resolvedKeys = new Map<string, string>();

  constructor(parent: Locals | undefined, id: number) {
    this.parent = parent;
    this.id = id;
  }

  /**
   * Marks a name, or `f(` and `f()`, with the function that binds it. Attributes and keywords have no scope. Read all functions first.
   */
  resolve(key: string, shared: ReadonlySet<string>): string {
    const known = this.resolvedKeys.get(key);
    if (known !== undefined) return known;
    const resolved = this.resolveFirst(key, shared);
    this.resolvedKeys.set(key, resolved);
    return resolved;
  }

  resolveAll(keys: string[], shared: ReadonlySet<string>): void {
    for (let at = 0; at < keys.length; at += 1) keys[at] = this.resolve(keys[at] ?? '', shared);
  }

  private resolveFirst(key: string, shared: ReadonlySet<string>): string {
    const first = key.charAt(0);
    if (first === '.' || first === '=' || first === '*') return key;
    const end = key.indexOf('(');
    const name = end < 0 ? key : key.slice(0, end);
    if (shared.has(name)) return key;
    for (let at: Locals | undefined = this; at?.parent; at = at.parent)
      if (at.bound.has(name)) return `${name}@${at.id}${key.slice(name.length)}`;
    return key;
  }
}
