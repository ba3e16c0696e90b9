// Resolves names in Go code. A name refers to an enclosing declaration or to a package that the file imports. Walks the tree with a
// cursor instead of recursion, and only into nodes that contain one of the names.
import type { Tree, TreeCursor } from 'web-tree-sitter';
import type { Pausing } from '../file/pauses.ts';
import { Token, type Tokens, tokenText } from './tokens.ts';

type ToFileOffset = (offset: number) => number;

export interface Occurrence {
  word: string;
  /** True if the name is on the left of a `:=`. */
  isShortVariable: boolean;
}

/** Occurrences by start offset, in ascending order. */
export type Occurrences = ReadonlyMap<number, Occurrence>;

/** Finds all occurrences of the words as names, not as members. */
export function findOccurrences(text: string, tokens: Tokens, words: ReadonlySet<string>): Occurrences {
  const occurrences = new Map<number, Occurrence>();
  for (let index = 0; index < tokens.size; index += 1) {
    if (tokens.kind(index) !== Token.name || tokens.kind(index - 1) === Token.dot) continue;
    const word = tokenText(text, tokens, index);
    if (words.has(word))
      occurrences.set(tokens.start(index), { word, isShortVariable: isShortVariableTarget(text, tokens, index) });
  }
  return occurrences;
}

function isShortVariableTarget(text: string, tokens: Tokens, name: number): boolean {
  let index = name + 1;
  while (tokens.kind(index) === Token.comma && tokens.kind(index + 1) === Token.name) index += 2;
  return tokens.kind(index) === Token.assign && tokenText(text, tokens, index) === ':=';
}

/** Returns the file offsets of occurrences that no declaration in the tree binds. */
export function* findUndeclaredOccurrences(
  tree: Tree,
  toFileOffset: ToFileOffset,
  occurrences: Occurrences,
): Pausing<number[]> {
  const cursor = tree.walk();
  try {
    return yield* new ScopeWalk(cursor, toFileOffset, occurrences).run();
  } finally {
    cursor.delete();
  }
}

const scopes: ReadonlySet<string> = new Set([
  ...[
    'function_declaration',
    'method_declaration',
    'func_literal',
    'function_type',
    'method_elem',
    'type_spec',
    'type_alias',
  ],
  ...['block', 'if_statement', 'for_statement', 'expression_switch_statement', 'type_switch_statement'],
  ...['expression_case', 'type_case', 'default_case', 'communication_case'],
]);

const names: ReadonlySet<string> = new Set(['identifier', 'type_identifier', 'package_identifier']);

/** Nodes that have a `:=`. The names on its left are bound from the end of the node. */
const defining: ReadonlySet<string> = new Set(['short_var_declaration', 'range_clause', 'receive_statement']);

const declaring: ReadonlySet<string> = new Set([
  ...['var_spec', 'const_spec', 'type_spec', 'type_alias', 'function_declaration'],
  ...['parameter_declaration', 'variadic_parameter_declaration', 'type_parameter_declaration'],
]);

interface Level {
  type: string;
  field: string | null;
  end: number;
  /** For each name declared in this scope, the offset from which it is bound. Undefined if the node isn't a scope. */
  declared: Map<string, number> | undefined;
}

/** Marks names that are declared in a header. They are bound in the body, whose start isn't known yet. */
const inBody = Number.POSITIVE_INFINITY;

/** Nodes between two pauses. */
const nodesOfTurn = 4096;

class ScopeWalk {
  private readonly cursor: TreeCursor;
  private readonly toFileOffset: ToFileOffset;
  private readonly occurrences: Occurrences;
  private readonly offsets: readonly number[];
  private readonly levels: Level[] = [];
  private readonly undeclared: number[] = [];
  /** Number of offsets that the cursor has passed. */
  private passed = 0;

  constructor(cursor: TreeCursor, toFileOffset: ToFileOffset, occurrences: Occurrences) {
    this.cursor = cursor;
    this.toFileOffset = toFileOffset;
    this.occurrences = occurrences;
    this.offsets = [...occurrences.keys()];
  }

  *run(): Pausing<number[]> {
    const { cursor, levels } = this;
    const base = this.toFileOffset(0);
    while ((this.offsets[this.passed] ?? base) < base) this.passed += 1;
    for (let steps = 1; ; steps += 1) {
      if (steps % nodesOfTurn === 0) yield;
      if (this.containsOccurrence() && this.enter()) continue;
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return this.undeclared;
        levels.pop();
      }
    }
  }

  private containsOccurrence(): boolean {
    const end = this.toFileOffset(this.cursor.endIndex);
    return (this.offsets[this.passed] ?? Number.POSITIVE_INFINITY) < end;
  }

  /** Steps into the node under the cursor. Returns false for a leaf, after resolving it. */
  private enter(): boolean {
    const { cursor, levels } = this;
    const type = cursor.nodeType;
    const field = cursor.currentFieldName;
    if (type === 'block' || type === 'type_case' || type === 'default_case') this.startBody(cursor.startIndex);
    const level = {
      type,
      field,
      end: cursor.endIndex,
      declared: scopes.has(type) ? new Map<string, number>() : undefined,
    };
    if (cursor.gotoFirstChild()) {
      levels.push(level);
      return true;
    }
    const start = this.toFileOffset(cursor.startIndex);
    const occurrence = this.occurrences.get(start);
    if (occurrence && names.has(type)) this.resolve(occurrence, type, field, cursor.startIndex);
    while ((this.offsets[this.passed] ?? Number.POSITIVE_INFINITY) <= start) this.passed += 1;
    return false;
  }

  private startBody(start: number): void {
    const declared = this.levels.at(-1)?.declared;
    for (const [word, from] of declared ?? []) if (from === inBody) declared?.set(word, start);
  }

  private resolve({ isShortVariable, word }: Occurrence, type: string, field: string | null, at: number): void {
    const parent = this.levels.at(-1);
    const grandparent = this.levels.at(-2);
    if (parent?.type === 'expression_list' && parent.field === 'alias') this.bind(word, inBody);
    else if (
      parent?.type === 'expression_list' &&
      parent.field === 'left' &&
      grandparent &&
      defining.has(grandparent.type)
    ) {
      if (isShortVariable) this.bind(word, grandparent.end);
      else this.use(word, at);
    } else if (parent && field === 'name' && declaring.has(parent.type)) {
      this.declareNamed(word, type, parent, at);
    } else if (!(parent?.type === 'literal_element' && parent.field === 'key')) {
      // A key is assumed to be a field name. If it isn't one, it is a value, which can't be a function.
      this.use(word, at);
    }
  }

  private declareNamed(word: string, type: string, parent: Level, at: number): void {
    if (parent.type.endsWith('parameter_declaration') && parent.type !== 'type_parameter_declaration') {
      this.bind(word, inBody);
    } else if (parent.type.endsWith('_spec') && type === 'identifier') {
      this.bind(word, parent.end);
    } else if (parent.type !== 'function_declaration') {
      // A type's name is bound within the type itself and after it.
      this.bind(word, at, type === 'type_identifier' ? 1 : 0);
    }
  }

  /** Binds the name in the innermost scope outside of the `skipped` innermost levels. */
  private bind(word: string, from: number, skipped = 0): void {
    const declared = this.levels.findLast(
      (level, index) => level.declared && index < this.levels.length - skipped,
    )?.declared;
    const known = declared?.get(word) ?? inBody;
    declared?.set(word, Math.min(known, from));
  }

  private use(word: string, at: number): void {
    const isDeclared = this.levels.some(({ declared }) => (declared?.get(word) ?? inBody) <= at);
    if (!isDeclared) this.undeclared.push(this.toFileOffset(at));
  }
}
