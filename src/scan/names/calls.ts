// Reads the arguments of a call and the parameters of a function.
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';

export interface CallArguments {
  positional: NodeIndex[];
  keywords: Map<string, NodeIndex>;
}

/** Returns undefined if the call unpacks `*args` or `**kwargs`, since its arguments cannot be assigned to parameters then. */
export function callArguments(tree: SyntaxTree, call: NodeIndex): CallArguments | undefined {
  const list = tree.lastPart(call);
  const positional: NodeIndex[] = [];
  const keywords = new Map<string, NodeIndex>();
  if (tree.kind(list) === Kind.generatorExpression) return { positional: [list], keywords };
  for (let part = tree.firstPart(list); part !== noNode; part = tree.nextPart(part)) {
    const kind = tree.kind(part);
    if (kind === Kind.listSplat || kind === Kind.dictionarySplat) return undefined;
    if (kind === Kind.keywordArgument) keywords.set(tree.name(tree.firstPart(part)), tree.lastPart(part));
    else if (!tree.isToken(part)) positional.push(part);
  }
  return { positional, keywords };
}

/** The parameters of a function or lambda in order, and the position of each name. */
export interface Parameters {
  names: readonly string[];
  positions: ReadonlyMap<string, number>;
}

export function parametersOf(tree: SyntaxTree, definition: NodeIndex): Parameters {
  const plain = tree.childOfKind(definition, Kind.parameters);
  const list = plain === noNode ? tree.childOfKind(definition, Kind.lambdaParameters) : plain;
  const names: string[] = [];
  for (let part = list === noNode ? noNode : tree.firstPart(list); part !== noNode; part = tree.nextPart(part)) {
    const name = tree.kind(part) === Kind.identifier ? part : tree.firstPart(part);
    if (name !== noNode && tree.kind(name) === Kind.identifier) names.push(tree.name(name));
  }
  return { names, positions: new Map(names.map((name, at) => [name, at])) };
}
