// What names mean where they stand: something declared around them, or the package that the file imports. Walks the tree by cursor,
// into what holds one of the names only, and never recurses.
import type { Tree, TreeCursor } from 'web-tree-sitter';
import { Token, type Tokens, tokenText } from './tokens.ts';

type ToFileOffset = (offset: number) => number;

export interface Occurrence {
  word: string;
  /** Whether it stands among names before a `:=`. */
  isShortVariable: boolean;
}

/** By where they start, ascending. */
export type Occurrences = ReadonlyMap<number, Occurrence>;

/** Every place of one of the words that is a name by itself, not a member of something. */
export function occurrencesOf(text: string, tokens: Tokens, words: ReadonlySet<string>): Occurrences {
  const places = new Map<number, Occurrence>();
  for (let index = 0; index < tokens.size; index += 1) {
    if (tokens.kind(index) !== Token.name || tokens.kind(index - 1) === Token.dot) continue;
    const word = tokenText(text, tokens, index);
    if (words.has(word))
      places.set(tokens.start(index), { word, isShortVariable: isShortVariableTarget(text, tokens, index) });
  }
  return places;
}

function isShortVariableTarget(text: string, tokens: Tokens, name: number): boolean {
  let index = name + 1;
  while (tokens.kind(index) === Token.comma && tokens.kind(index + 1) === Token.name) index += 2;
  return tokens.kind(index) === Token.assign && tokenText(text, tokens, index) === ':=';
}

/** Of these places, those whose name nothing in the tree declares; `placeOf` leads from the tree's offsets to places. */
export function undeclaredOccurrences(tree: Tree, placeOf: ToFileOffset, places: Occurrences): number[] {
  const cursor = tree.walk();
  try {
    return new ScopeWalk(cursor, placeOf, places).run();
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

/** What stands left of a `:=` in one of these holds from the end of it on. */
const defining: ReadonlySet<string> = new Set(['short_var_declaration', 'range_clause', 'receive_statement']);

const declaring: ReadonlySet<string> = new Set([
  ...['var_spec', 'const_spec', 'type_spec', 'type_alias', 'function_declaration'],
  ...['parameter_declaration', 'variadic_parameter_declaration', 'type_parameter_declaration'],
]);

interface Level {
  type: string;
  field: string | null;
  end: number;
  /** From where on the names hold that are declared in this scope; undefined for what is no scope. */
  declared: Map<string, number> | undefined;
}

/** Of what is declared in a head: it holds in the body, whose start is not known yet. */
const inBody = Number.POSITIVE_INFINITY;

class ScopeWalk {
  private readonly cursor: TreeCursor;
  private readonly placeOf: ToFileOffset;
  private readonly places: Occurrences;
  private readonly offsets: readonly number[];
  private readonly levels: Level[] = [];
  private readonly undeclared: number[] = [];
  /** How many of the offsets are behind the cursor. */
  private passed = 0;

  constructor(cursor: TreeCursor, placeOf: ToFileOffset, places: Occurrences) {
    this.cursor = cursor;
    this.placeOf = placeOf;
    this.places = places;
    this.offsets = [...places.keys()];
  }

  run(): number[] {
    const { cursor, levels } = this;
    const base = this.placeOf(0);
    while ((this.offsets[this.passed] ?? base) < base) this.passed += 1;
    for (;;) {
      if (this.holdsPlace() && this.enter()) continue;
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return this.undeclared;
        levels.pop();
      }
    }
  }

  private holdsPlace(): boolean {
    const end = this.placeOf(this.cursor.endIndex);
    return (this.offsets[this.passed] ?? Number.POSITIVE_INFINITY) < end;
  }

  /** Steps into the node under the cursor; false where it is a leaf, which is looked at. */
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
    const start = this.placeOf(cursor.startIndex);
    const place = this.places.get(start);
    if (place && names.has(type)) this.look(place, type, field, cursor.startIndex);
    while ((this.offsets[this.passed] ?? Number.POSITIVE_INFINITY) <= start) this.passed += 1;
    return false;
  }

  private startBody(start: number): void {
    const declared = this.levels.at(-1)?.declared;
    for (const [word, from] of declared ?? []) if (from === inBody) declared?.set(word, start);
  }

  private look({ isShortVariable: isDefined, word }: Occurrence, type: string, field: string | null, at: number): void {
    const parent = this.levels.at(-1);
    const around = this.levels.at(-2);
    if (parent?.type === 'expression_list' && parent.field === 'alias') this.bind(word, inBody, 1);
    else if (parent?.type === 'expression_list' && parent.field === 'left' && around && defining.has(around.type)) {
      if (isDefined) this.bind(word, around.end, 1);
      else this.use(word, at);
    } else if (parent && field === 'name' && declaring.has(parent.type)) {
      this.declareNamed(word, type, parent, at);
    } else if (!(parent?.type === 'literal_element' && parent.field === 'key')) {
      // The name of a field: what else could be a key is no function.
      this.use(word, at);
    }
  }

  private declareNamed(word: string, type: string, parent: Level, at: number): void {
    if (parent.type.endsWith('parameter_declaration') && parent.type !== 'type_parameter_declaration') {
      this.bind(word, inBody, 1);
    } else if (parent.type.endsWith('_spec') && type === 'identifier') {
      this.bind(word, parent.end, 1);
    } else if (parent.type !== 'function_declaration') {
      // A type's name holds within the type, and beyond it.
      this.bind(word, at, type === 'type_identifier' ? 2 : 1);
    }
  }

  /** In the innermost scope, leaving out some of the innermost levels. */
  private bind(word: string, from: number, skipped: number): void {
    const declared = this.levels.findLast(
      (level, index) => level.declared && index <= this.levels.length - skipped,
    )?.declared;
    const known = declared?.get(word) ?? inBody;
    declared?.set(word, Math.min(known, from));
  }

  private use(word: string, at: number): void {
    const isDeclared = this.levels.some(({ declared }) => (declared?.get(word) ?? inBody) <= at);
    if (!isDeclared) this.undeclared.push(this.placeOf(at));
  }
}
