// Finds, from tokens alone, the names in a file that may hold a module or something in one: names that imports bind, and names that a
// statement with such a name binds. Ignores scopes and statement order, so it overapproximates the file's flows, but the attributes of
// all other names needn't be parsed (scan policy §10.7, §10.8).
import { bracketStep, opening, Token, type Tokens } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';
import { Mentions } from './mentions.ts';
import { alwaysHeld, operandEnds, type Statement } from './statement-reader.ts';
import type { TokenNames } from './token-names.ts';

/** Names that imports bind in a file, in any scope. */
export interface ImportedNames {
  outside: ReadonlySet<string>;
  own: ReadonlySet<string>;
  /** Outside modules by bound name, where the import shows that it binds a module. */
  modules: ReadonlyMap<string, ReadonlySet<string>>;
  /** Dotted names of everything imported from outside, by bound name. */
  paths: ReadonlyMap<string, ReadonlySet<string>>;
}

export class ModuleHolders {
  private readonly names: TokenNames;
  private readonly tokens: Tokens;
  private readonly lines: LogicalLines;
  private readonly imported: ImportedNames;
  private readonly mentions: Mentions;
  private holders: ReadonlySet<string> | undefined;
  private heldNames: ReadonlySet<string> | undefined;

  constructor(names: TokenNames, lines: LogicalLines, imported: ImportedNames) {
    this.names = names;
    this.tokens = names.tokens;
    this.lines = lines;
    this.imported = imported;
    this.mentions = new Mentions(names, imported.outside);
  }

  /** Returns whether the attribute's object may be a module or something in one. */
  isObject(attribute: number, line: number): boolean {
    const range = { from: operandStart(this.tokens, attribute - 1), to: attribute - 1 };
    if (range.from === range.to - 1 && this.isImported(range.from)) return true;
    this.holders ??= this.collect();
    return this.mentions.operand(line, range).names.some((name) => this.holders?.has(name));
  }

  /** Returns whether the name, in any scope, or `f()` may be a module or something in one. */
  has(name: string): boolean {
    if (this.imported.outside.has(name) || this.imported.own.has(name)) return true;
    this.holders ??= this.collect();
    this.heldNames ??= new Set([...this.holders].map((held) => held.replace(/@\d+/, '')));
    return this.heldNames.has(name);
  }

  /** Returns whether an import binds the name anywhere in the file, so that no statement needs to be read. */
  private isImported(token: number): boolean {
    const { imported, names } = this;
    const name = names.name(token);
    return names.tokens.kind(token) === Token.name && (imported.outside.has(name) || imported.own.has(name));
  }

  private collect(): ReadonlySet<string> {
    const byMention = new Map<string, Open[]>();
    const byTarget = new Map<string, Open[]>();
    for (const statement of this.mentions.statements(this.lines)) {
      if (statement.names.length === 0) continue;
      const open = new Open(statement);
      for (const name of statement.names) addTo(byMention, name, open);
      for (const target of statement.targets) if (!target.endsWith('(')) addTo(byTarget, target, open);
    }
    const holders = new Set([...this.imported.outside, ...this.imported.own, '__import__', '__import__()', alwaysHeld]);
    // Iterating a Set also visits elements added during the loop.
    for (const name of holders) {
      const isResult = name.endsWith('()');
      for (const open of byMention.get(name) ?? []) {
        open.addValues(holders);
        if (isResult || open.statement.makesFunctions) open.addResults(holders);
      }
      // `g = f` gives `g()` the meaning of `f()`, and makes the arguments of `g` arguments of `f`.
      if (isResult) for (const open of byMention.get(name.slice(0, -2)) ?? []) open.addResults(holders);
      if (name.endsWith('(')) for (const open of byTarget.get(name.slice(0, -1)) ?? []) open.addPassed(holders);
    }
    return holders;
  }
}

function addTo(index: Map<string, Open[]>, name: string, open: Open): void {
  const known = index.get(name);
  if (known) known.push(open);
  else index.set(name, [open]);
}

/** A statement that propagates values, functions as values, and these functions' arguments, each of them once. */
class Open {
  readonly statement: Statement;
  private values = false;
  private functions = false;
  private passed = false;

  constructor(statement: Statement) {
    this.statement = statement;
  }

  addValues(holders: Set<string>): void {
    if (!this.values) for (const target of this.statement.targets) holders.add(target);
    this.values = true;
  }

  addResults(holders: Set<string>): void {
    if (this.functions) return;
    this.functions = true;
    for (const target of this.statement.targets) holders.add(target.endsWith('()') ? target : `${target}()`);
  }

  addPassed(holders: Set<string>): void {
    if (this.passed) return;
    this.passed = true;
    for (const name of this.statement.names) holders.add(`${name}(`);
    // The parameters of a lambda are among the targets.
    if (this.statement.makesFunctions) this.addValues(holders);
  }
}

/** Returns the first token of the operand that ends before the dot: `f(a).b[c]`. */
function operandStart(tokens: Tokens, dot: number): number {
  for (let at = dot - 1; ; ) {
    let depth = 0;
    for (; at > 0; at -= 1) {
      depth -= bracketStep(tokens.kind(at));
      if (depth <= 0) break;
    }
    const before = tokens.kind(at - 1);
    if (opening[tokens.kind(at)] === 1 && operandEnds[before] === 1) at -= 1;
    else if (before === Token.dot) at -= 2;
    else return at;
  }
}
