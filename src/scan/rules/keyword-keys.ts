// Checks dictionary keys that are dangerous keywords, because `**` may pass them on (scan policy §10.10): in displays, in assignments,
// and in functions and methods that set items.
import { knownArguments } from '../names/calls.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import { checkKeyword } from './conditional-calls.ts';
import type { Rule, RuleContext } from './rule.ts';

/** Reports such keys in a dictionary display, which `**` may pass: `{"allow_pickle": True}`. */
export const keywordPairRule: Rule = {
  kinds: [Kind.pair],
  check(context, pair) {
    const { tree } = context;
    checkItem(context, { at: pair, key: tree.firstPart(pair), value: tree.lastPart(pair) });
  },
};

/** Reports assignments such as `options["allow_pickle"] = True`. */
export const keywordItemRule: Rule = {
  kinds: [Kind.assignment],
  check(context, assignment) {
    const { tree } = context;
    const target = tree.firstPart(assignment);
    if (tree.kind(target) !== Kind.subscript) return;
    const key = tree.nextPart(tree.nextPart(tree.firstPart(target)));
    checkItem(context, { at: target, key, value: tree.lastPart(assignment) });
  },
};

/**
 * Reports calls that set items: `options.setdefault("allow_pickle", True)`, `dict([("allow_pickle", True)])`,
 * `dict.fromkeys(["allow_pickle"], True)`.
 */
export const keywordCallRule: Rule = {
  kinds: [Kind.call],
  check(context, call) {
    const { policy, references, tree } = context;
    if (policy.keywords.size === 0) return;
    const [first, value] = knownArguments(tree, call).positional;
    if (first === undefined) return;
    const callee = tree.firstPart(call);
    const method = tree.kind(callee) === Kind.attribute ? tree.attributeName(callee) : '';
    if (value !== undefined && setters.has(method)) checkItem(context, { at: call, key: first, value });
    if (value !== undefined && method === 'fromkeys')
      for (const key of itemsOf(context, first)) checkItem(context, { at: call, key, value });
    if (method !== 'update' && !references.of(callee).has('builtins.dict')) return;
    for (const pair of itemsOf(context, first)) {
      const [key, item, more] = itemsOf(context, pair);
      if (key !== undefined && item !== undefined && more === undefined)
        checkItem(context, { at: pair, key, value: item });
    }
  },
};

const setters: ReadonlySet<string> = new Set(['setdefault', '__setitem__']);

/** Returns the items of a list or tuple written in place. */
function itemsOf({ tree }: RuleContext, display: NodeIndex): NodeIndex[] {
  return tree.kind(display) === Kind.list || tree.kind(display) === Kind.tuple ? tree.items(display) : [];
}

function checkItem(
  context: RuleContext,
  { at, key, value }: { at: NodeIndex; key: NodeIndex; value: NodeIndex },
): void {
  for (const name of context.constants.possibleTexts(key).texts) checkKeyword(context, { at, name, value });
}
