// Checks uses of a whole namespace instead of a single name (scan policy §10.9, §10.12): copies, unions and views of `__builtins__`, of
// frame and function namespaces, and of the namespaces of governed modules. The names that are looked up in them later are unknown.
import { knownArguments, retainsNothing } from '../names/calls.ts';
import { builtinsName } from '../policy/policy-table.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import { frameNamespace } from './interpreter-state.ts';
import type { Rule, RuleContext } from './rule.ts';

const moduleNamespace = /^(.+)\.__dict__$/;

const views: ReadonlySet<string> = new Set(['copy', 'items', 'values', 'popitem', '__or__', '__ror__']);

/** Methods that look up a name when called. They count only if they are passed on uncalled. */
const lookups: ReadonlySet<string> = new Set(['get', 'pop', 'setdefault', '__getitem__']);

/** Functions that copy a dictionary, or look something up in it. */
const takers: readonly string[] = [
  ...['builtins.dict', 'collections.ChainMap', 'collections.OrderedDict', 'copy.copy', 'copy.deepcopy'],
  ...['types.MappingProxyType', 'functools.reduce', 'operator.getitem', 'operator.itemgetter()'],
  ...['operator.methodcaller()', 'operator.or_'],
];

/** Reports views and copies: `__builtins__.copy()`, `frame.f_builtins.items()`, `partial(__builtins__.get, name)`. */
export const namespaceViewRule: Rule = {
  kinds: [Kind.attribute],
  check(context, attribute) {
    const { tree } = context;
    const method = tree.attributeName(attribute);
    if (views.has(method) || (lookups.has(method) && !tree.isCallee(attribute)))
      reportNamespace(context, tree.firstPart(attribute), attribute);
  },
};

/** Reports unpacking: `{**__builtins__}`, `match __builtins__: …`. */
export const unpackedNamespaceRule: Rule = {
  kinds: [Kind.dictionarySplat, Kind.matchStatement],
  check(context, node) {
    const { tree } = context;
    const isMatch = tree.kind(node) === Kind.matchStatement;
    const taken = isMatch ? tree.nextPart(tree.firstPart(node)) : tree.lastPart(node);
    reportNamespace(context, taken, taken);
  },
};

/** `__builtins__ | {}`. */
export const namespaceUnionRule: Rule = {
  kinds: [Kind.binaryOperator],
  check(context, operation) {
    const { tree } = context;
    const first = tree.firstPart(operation);
    if (tree.source(tree.nextPart(first)) !== '|') return;
    for (const operand of [first, tree.lastPart(operation)]) reportNamespace(context, operand, operation);
  },
};

/** Reports namespaces passed to functions: `dict(__builtins__)`, `itemgetter(name)(frame.f_builtins)`. */
export const takenNamespaceRule: Rule = {
  kinds: [Kind.call],
  check(context, call) {
    const { names, references, tree } = context;
    const { positional, unpacked } = knownArguments(tree, call);
    const given = [...positional, ...unpacked].filter((argument) => namespacesOf(context, argument).length > 0);
    if (given.length === 0) return;
    const callee = tree.firstPart(call);
    const callees = references.of(callee);
    const isTaken = takers.some((taker) => callees.has(taker));
    // What a function of this file does with its arguments is followed.
    const mayHold = !references.isLocalFunction(callee) && !retainsNothing(names, callee);
    for (const argument of given)
      if (isTaken || (mayHold && references.of(argument).has(builtinsName))) reportNamespace(context, argument, call);
  },
};

interface Namespace {
  ruleId: 'SLP122' | 'SLP801';
  name: string;
}

function namespacesOf({ policy, references }: RuleContext, expression: NodeIndex): Namespace[] {
  const found: Namespace[] = [];
  for (const reference of references.of(expression)) {
    const frame = frameNamespace.exec(reference)?.[1];
    const module = reference === builtinsName ? reference : moduleNamespace.exec(reference)?.[1];
    if (frame !== undefined) found.push({ ruleId: 'SLP122', name: frame });
    else if (module !== undefined && policy.governs(module))
      found.push({ ruleId: 'SLP801', name: policy.moduleName(module) });
  }
  return found;
}

function reportNamespace(context: RuleContext, expression: NodeIndex, at: NodeIndex): void {
  const { report, tree } = context;
  for (const { name, ruleId } of namespacesOf(context, expression)) {
    if (ruleId === 'SLP801') report.add(ruleId, tree.range(at), name, { severity: 'error' });
    else report.addEntry({ ruleId, severity: 'error' }, tree.range(at), name);
  }
}
