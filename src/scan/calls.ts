// The arguments of a call, as far as they are written out one by one.
import { Kind } from './kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from './syntax-tree.ts';

export interface CallArguments {
  positional: NodeIndex[];
  keywords: Map<string, NodeIndex>;
}

/** Undefined when arguments are unpacked from a sequence or mapping, so that it cannot be said which is which. */
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
