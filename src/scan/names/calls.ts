// Reads a call's arguments and a function's parameters, and recognizes calls that only inspect their arguments.
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';
import type { Bindings } from './bindings.ts';

export interface CallArguments {
  /** Positional arguments, up to the first one whose position is unknown. */
  positional: NodeIndex[];
  keywords: Map<string, NodeIndex>;
  /** Arguments that `*args` and `**kwargs` unpack, except for a list or dictionary written in place. */
  unpacked: NodeIndex[];
  unpackedKeywords: NodeIndex[];
}

/** Returns undefined if the call unpacks `*args` or `**kwargs`, because then its arguments can't be assigned to parameters. */
export function callArguments(tree: SyntaxTree, call: NodeIndex): CallArguments | undefined {
  const args = knownArguments(tree, call);
  return args.unpacked.length + args.unpackedKeywords.length === 0 ? args : undefined;
}

export function knownArguments(tree: SyntaxTree, call: NodeIndex): CallArguments {
  const list = tree.lastPart(call);
  const args: CallArguments = { positional: [], keywords: new Map(), unpacked: [], unpackedKeywords: [] };
  if (tree.kind(list) === Kind.generatorExpression) args.positional.push(list);
  else for (const part of tree.items(list)) addArgument(tree, part, args);
  return args;
}

function addArgument(tree: SyntaxTree, part: NodeIndex, args: CallArguments): void {
  const kind = tree.kind(part);
  const value = tree.lastPart(part);
  if (kind === Kind.keywordArgument) {
    args.keywords.set(tree.name(tree.firstPart(part)), value);
  } else if (kind === Kind.dictionarySplat) {
    if (!addPairs(tree, value, args)) args.unpackedKeywords.push(value);
  } else if (kind === Kind.listSplat) {
    const items = sequences.has(tree.kind(value)) ? tree.items(value) : undefined;
    const isWhole = items && !items.some((item) => tree.kind(item) === Kind.listSplat);
    if (!isWhole) args.unpacked.push(value);
    else if (args.unpacked.length === 0) args.positional.push(...items);
  } else if (args.unpacked.length === 0) {
    args.positional.push(part);
  }
}

/** Adds the pairs of `**{'name': value}`. Returns false unless all names are literals. */
function addPairs(tree: SyntaxTree, dictionary: NodeIndex, { keywords }: CallArguments): boolean {
  if (tree.kind(dictionary) !== Kind.dictionary) return false;
  const pairs = tree.items(dictionary);
  const names = pairs.map((pair) => /^(["'])(\w+)\1$/.exec(tree.source(tree.firstPart(pair)))?.[2]);
  for (const [at, pair] of pairs.entries()) keywords.set(names[at] ?? '', tree.lastPart(pair));
  return names.every((name) => name !== undefined);
}

const sequences: ReadonlySet<number> = new Set([Kind.list, Kind.tuple]);

/** Returns a function's or lambda's parameters as written. */
export function parameterNodes(tree: SyntaxTree, definition: NodeIndex): NodeIndex[] {
  const plain = tree.childOfKind(definition, Kind.parameters);
  const list = plain === noNode ? tree.childOfKind(definition, Kind.lambdaParameters) : plain;
  return list === noNode ? [] : tree.items(list);
}

/** The parameters of a function or lambda, in order, and each name's position. */
export interface Parameters {
  names: readonly string[];
  positions: ReadonlyMap<string, number>;
}

export function listParameters(tree: SyntaxTree, definition: NodeIndex): Parameters {
  const names: string[] = [];
  for (const part of parameterNodes(tree, definition)) {
    const name = tree.kind(part) === Kind.identifier ? part : tree.firstPart(part);
    if (name !== noNode && tree.kind(name) === Kind.identifier) names.push(tree.name(name));
  }
  return { names, positions: new Map(names.map((name, at) => [name, at])) };
}

/** Builtins that only inspect their arguments (scan policy §3.1, §10.15). */
const inspectors: ReadonlySet<string> = new Set([
  ...['bool', 'callable', 'dir', 'getattr', 'hasattr', 'id', 'isinstance', 'issubclass', 'len'],
  ...['print', 'repr', 'str', 'type', 'vars'],
]);

/** Returns whether the callee is a builtin that neither keeps its arguments nor passes them on. */
export function retainsNothing(names: Bindings, callee: NodeIndex): boolean {
  const { tree } = names;
  if (tree.kind(callee) !== Kind.identifier || !inspectors.has(tree.name(callee))) return false;
  return names.variablesRead(callee).length === 0;
}
