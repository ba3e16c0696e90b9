// Numbers the node kinds that the scanner uses. tree-sitter's own numbers depend on the grammar build, so they are translated once per
// language. Kinds that the scanner doesn't distinguish are `other`.
import type { Language } from 'web-tree-sitter';

export const Kind = {
  other: 0,
  module: 1,
  block: 2,
  identifier: 3,
  /** A comment or line continuation, which may appear anywhere and has no meaning. */
  comment: 4,
  importStatement: 5,
  importFromStatement: 6,
  futureImportStatement: 7,
  dottedName: 8,
  aliasedImport: 9,
  wildcardImport: 10,
  expressionStatement: 11,
  assignment: 12,
  augmentedAssignment: 13,
  namedExpression: 14,
  deleteStatement: 15,
  globalStatement: 16,
  nonlocalStatement: 17,
  typeAliasStatement: 18,
  ifStatement: 19,
  forStatement: 20,
  whileStatement: 21,
  tryStatement: 22,
  exceptClause: 23,
  withStatement: 24,
  matchStatement: 25,
  caseClause: 26,
  functionDefinition: 27,
  classDefinition: 28,
  decoratedDefinition: 29,
  parameters: 30,
  lambdaParameters: 31,
  typedParameter: 32,
  defaultParameter: 33,
  typedDefaultParameter: 34,
  typeParameter: 35,
  type: 36,
  genericType: 37,
  constrainedType: 38,
  splatType: 39,
  memberType: 40,
  lambda: 41,
  listComprehension: 42,
  setComprehension: 43,
  dictionaryComprehension: 44,
  generatorExpression: 45,
  forInClause: 46,
  attribute: 47,
  subscript: 48,
  slice: 49,
  call: 50,
  argumentList: 51,
  keywordArgument: 52,
  asPattern: 53,
  asPatternTarget: 54,
  patternList: 55,
  tuplePattern: 56,
  listPattern: 57,
  listSplatPattern: 58,
  dictionarySplatPattern: 59,
  listSplat: 60,
  dictionarySplat: 61,
  expressionList: 62,
  parenthesizedExpression: 63,
  tuple: 64,
  list: 65,
  dictionary: 66,
  pair: 67,
  casePattern: 68,
  classPattern: 69,
  keywordPattern: 70,
  splatPattern: 71,
  unionPattern: 72,
  dictPattern: 73,
  string: 74,
  concatenatedString: 75,
  stringContent: 76,
  stringEnd: 77,
  interpolation: 78,
  formatSpecifier: 79,
  typeConversion: 80,
  integer: 81,
  binaryOperator: 82,
  unaryOperator: 83,
  booleanOperator: 84,
  conditionalExpression: 85,
  returnStatement: 86,
  set: 87,
  await: 88,
  comparisonOperator: 89,
  notOperator: 90,
  yield: 91,
  raiseStatement: 92,
  decorator: 93,
  /** Tokens: keywords and punctuation. Tokens that the scanner doesn't distinguish are `token`. */
  token: 200,
  colon: 201,
  equals: 202,
  in: 203,
  comma: 204,
  minus: 205,
} as const;

export type Kind = (typeof Kind)[keyof typeof Kind];

/** Kinds by grammar name: `importStatement` is the grammar's import_statement. */
const namedKinds: ReadonlyMap<string, number> = new Map([
  ...Object.entries(Kind).map(([name, kind]): [string, number] => [
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    kind,
  ]),
  ['line_continuation', Kind.comment],
  ['format_expression', Kind.interpolation],
]);

const tokenKinds: Readonly<Record<string, Kind>> = {
  ':': Kind.colon,
  '=': Kind.equals,
  in: Kind.in,
  ',': Kind.comma,
  '-': Kind.minus,
};

const tables = new WeakMap<Language, Uint8Array>();

/** Returns a table from tree-sitter's type IDs to kinds for one language. */
export function kindTable(language: Language): Uint8Array {
  let table = tables.get(language);
  if (!table) {
    table = new Uint8Array(language.nodeTypeCount);
    for (let id = 0; id < language.nodeTypeCount; id += 1) {
      const name = language.nodeTypeForId(id) ?? '';
      table[id] = language.nodeTypeIsNamed(id)
        ? (namedKinds.get(name) ?? Kind.other)
        : (tokenKinds[name] ?? Kind.token);
    }
    tables.set(language, table);
  }
  return table;
}
