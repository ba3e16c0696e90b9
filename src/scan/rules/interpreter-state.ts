// Checks accesses to interpreter state that go beyond names (scan policy §9): items in sys.modules and in a frame's namespaces, calls
// of `__subclasses__`, assignments to sys.path, and unpacking the whole environment into a dictionary.
import { Use } from '../names/bindings.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

/** The namespace of a frame or function. */
export const frameNamespace = /^types\.\w+\.(f_builtins|f_globals|__globals__)$/;
const namespaceLookup = /^types\.\w+\.(f_builtins|f_globals|__globals__)\.(?:get|pop|setdefault|__getitem__)$/;

/** Reports items of namespaces: `frame.f_builtins['eval']`, `sys.modules['os'] = …`, `del sys.modules['os']`. */
export const namespaceItemRule: Rule = {
  kinds: [Kind.subscript],
  check(context, subscript) {
    const { references, report, tree } = context;
    const value = tree.firstPart(subscript);
    checkNamespace(context, value, { pattern: frameNamespace, at: subscript });
    if (references.of(value).has('sys.modules'))
      report.addEntry({ ruleId: 'SLP120' }, tree.range(subscript), 'sys.modules');
  },
};

/** Reports calls such as `frame.f_builtins.get('eval')` and `object.__subclasses__()`. */
export const namespaceCallRule: Rule = {
  kinds: [Kind.call],
  check(context, call) {
    const { report, tree } = context;
    const callee = tree.firstPart(call);
    checkNamespace(context, callee, { pattern: namespaceLookup, at: callee });
    if (tree.kind(callee) !== Kind.attribute) return;
    const name = tree.attributeName(callee);
    if (name === '__subclasses__') report.addEntry({ ruleId: 'SLP122' }, tree.range(callee), name);
  },
};

function checkNamespace(
  { references, report, tree }: RuleContext,
  value: NodeIndex,
  { at, pattern }: { pattern: RegExp; at: NodeIndex },
): void {
  for (const reference of references.of(value)) {
    const name = pattern.exec(reference)?.[1];
    if (name !== undefined) report.addEntry({ ruleId: 'SLP122', severity: 'error' }, tree.range(at), name);
  }
}

/** `{**os.environ}`. */
export const unpackedEnvironmentRule: Rule = {
  kinds: [Kind.dictionarySplat],
  check({ references, report, tree }, splat) {
    if (!references.of(tree.lastPart(splat)).has('os.environ')) return;
    report.addEntry({ ruleId: 'SLP150' }, tree.range(splat), 'os.environ');
  },
};

export const sysPathRule: Rule = {
  kinds: [Kind.attribute, Kind.subscript],
  check({ names, references, report, tree }, node) {
    if (names.useOf(node) === Use.load) return;
    const target = tree.kind(node) === Kind.subscript ? tree.firstPart(node) : node;
    if (!references.of(target).has('sys.path')) return;
    report.addEntry({ ruleId: 'SLP120', severity: 'warning' }, tree.range(node), 'sys.path');
  },
};
