// Checks lookups of module members by a computed name (scan policy §5.4): getattr, __getattribute__, and subscripts or get on the
// module's namespace. If the name folds to a constant, the finding is the member's own; an unknown name is SLP801.
import type { TrailStep } from '../../contract/findings/finding.ts';
import { isBuiltinsKey, listAlternatives } from '../flows/sources.ts';
import { cutOff, ownPrefix } from '../linking/links.ts';
import { callArguments, knownArguments } from '../names/calls.ts';
import { builtinsName } from '../policy/policy-table.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import { reportCutOff, reportMember } from './members.ts';
import { checkSegment, shortestName } from './outside-names.ts';
import type { Rule, RuleContext } from './rule.ts';

interface Lookup {
  /** The expression that the object comes from. */
  from: NodeIndex;
  modules: ReadonlySet<string>;
  key: NodeIndex;
  at: NodeIndex;
}

export const callLookupRule: Rule = {
  kinds: [Kind.call],
  check(context, call) {
    const { references, tree } = context;
    const callee = tree.firstPart(call);
    if (!mayLookUp(context, callee)) return;
    const { positional, unpacked } = knownArguments(tree, call);
    for (const list of unpacked) checkUnpacked(context, callee, list, call);
    const [first, second] = positional;
    if (first === undefined) return;
    for (const called of references.of(callee)) {
      const name = called.replace(calledMethod, '');
      if (attributeGetters.has(name) && second !== undefined) {
        checkGetattr(context, { from: first, modules: references.of(first), key: second, at: call });
      }
      const method = lookupMethod.exec(name);
      const module = method?.[1] ?? method?.[2] ?? method?.[3];
      if (name.endsWith('.__getattribute__') && second !== undefined)
        checkLookup(context, { from: first, modules: references.of(first), key: second, at: call });
      else if (module !== undefined)
        checkLookup(context, { from: callee, modules: new Set([module]), key: first, at: call });
      if (getterName.test(name)) checkStoredGetter(context, first, call);
      if (/^sys\.modules\.(?:get|pop|__getitem__)$/.test(name)) checkLoadedModule(context, first, call);
    }
    for (const getter of listAlternatives(tree, callee)) {
      if (getter === undefined || tree.kind(getter) !== Kind.call) continue;
      checkGetter(context, getter, { from: first, modules: references.of(first), at: call });
      checkBoundGetter(context, getter, { key: first, at: call });
    }
    if (tree.kind(callee) !== Kind.attribute) return;
    const attribute = tree.attributeName(callee);
    if (attribute === '__getattribute__' && second !== undefined) {
      checkLookup(context, { from: first, modules: references.of(first), key: second, at: call });
      return;
    }
    const from = tree.firstPart(callee);
    if (isGlobals(context, from)) noteBuiltins(context, first);
    if (attribute === 'get') {
      checkLookup(context, { from, modules: namespaceOf(context, from), key: first, at: call });
    }
  },
};

export const subscriptLookupRule: Rule = {
  kinds: [Kind.subscript],
  check(context, subscript) {
    const { names, tree } = context;
    if (!names.isLoaded(subscript)) return;
    const value = tree.firstPart(subscript);
    const key = tree.nextPart(tree.nextPart(value));
    if (isGlobals(context, value)) noteBuiltins(context, key);
    checkLookup(context, { from: value, modules: namespaceOf(context, value), key, at: subscript });
    if (context.references.of(value).has('sys.modules')) checkLoadedModule(context, key, subscript);
  },
};

/** Matches lookups in a module, its namespace, or `__builtins__`, which may itself be the namespace of builtins. */
const lookupMethod =
  /^(?:(?=builtins\.\w+$)(builtins)|(.*)\.__dict__)\.(?:get|pop|setdefault|__getitem__)$|^(.*)\.__getattribute__$/;

/** Matches the objects that attrgetter and methodcaller return. */
const getterName = /^operator\.(?:attrgetter|methodcaller)\(\)$/;

/** Functions that return an object's attribute by name. */
const attributeGetters: ReadonlySet<string> = new Set(['builtins.getattr', 'inspect.getattr_static']);

/** Matches the end of `getattr.__call__(os, name)`. */
const calledMethod = /(?:\.__call__)+$/;

const lookupNames: ReadonlySet<string> = new Set([
  ...['getattr', 'getattr_static', '__getattribute__', 'get', 'pop', 'setdefault', '__getitem__', '__call__'],
]);

/** Rules out most calls by the last part of the callee's name, without resolving it. */
function mayLookUp({ references, tree }: RuleContext, callee: NodeIndex): boolean {
  const name = tree.lastName(callee);
  if (name === undefined || lookupNames.has(name)) return true;
  return tree.kind(callee) === Kind.identifier && references.holdsLookups;
}

/**
 * Returns the modules whose namespace the expression may be: `M.__dict__`, `getattr(M, '__dict__')`, `vars(M)`, and `__builtins__`,
 * which is itself a dictionary.
 */
function namespaceOf({ constants, references, tree }: RuleContext, expression: NodeIndex): ReadonlySet<string> {
  const modules = new Set<string>();
  for (const name of references.of(expression)) {
    if (name === builtinsName) modules.add(name);
    else if (name.endsWith('.__dict__')) modules.add(name.slice(0, -'.__dict__'.length));
  }
  if (tree.kind(expression) !== Kind.call) return modules;
  const [argument, key] = callArguments(tree, expression)?.positional ?? [];
  if (argument === undefined) return modules;
  const callees = references.of(tree.firstPart(expression));
  const name = key === undefined ? undefined : constants.fold(key);
  if (name?.kind === 'text' && name.value === builtinsName) modules.add(builtinsName);
  const isDictionary = callees.has('builtins.getattr') && name?.kind === 'text' && name.value === '__dict__';
  return isDictionary || callees.has('builtins.vars') ? references.of(argument) : modules;
}

/** Checks `getattr(*pair)`, where it is unknown which item is the object and which is the name. */
function checkUnpacked(context: RuleContext, callee: NodeIndex, list: NodeIndex, at: NodeIndex): void {
  const { policy, references } = context;
  if (!references.of(callee).has('builtins.getattr')) return;
  for (const module of references.partOf(list, [{ kind: 'item' }])) {
    if (policy.governs(module)) reportUnknown(context, at, policy.moduleName(module));
  }
}

function checkGetattr(context: RuleContext, lookup: Lookup): void {
  noteBuiltins(context, lookup.key);
  checkLookup(context, lookup);
  const { constants, policy, report, tree } = context;
  for (const name of constants.possibleTexts(lookup.key).texts) {
    for (const entry of policy.attributes.get(name) ?? []) report.addEntry(entry, tree.range(lookup.at), name);
    if (policy.namedAttributes.has(name))
      report.addEntry({ ruleId: 'SLP122', severity: 'error' }, tree.range(lookup.at), name);
  }
}

/** Checks `attrgetter('system')(os)` and `methodcaller('system', …)(os)`. */
function checkGetter(context: RuleContext, getter: NodeIndex, lookup: Omit<Lookup, 'key'>): void {
  const { references, tree } = context;
  const factories = references.of(tree.firstPart(getter));
  if (!factories.has('operator.attrgetter') && !factories.has('operator.methodcaller')) return;
  const [key] = callArguments(tree, getter)?.positional ?? [];
  if (key === undefined) return;
  checkLookup(context, { ...lookup, key });
}

/** Checks `getattr(os, '__getattribute__')('system')`. */
function checkBoundGetter(context: RuleContext, getter: NodeIndex, { at, key }: Pick<Lookup, 'at' | 'key'>): void {
  const { constants, references, tree } = context;
  if (!references.of(tree.firstPart(getter)).has('builtins.getattr')) return;
  const [from, method] = callArguments(tree, getter)?.positional ?? [];
  if (from === undefined || method === undefined) return;
  if (constants.possibleTexts(method).texts.includes('__getattribute__'))
    checkLookup(context, { from, modules: references.of(from), key, at });
}

/** Checks `get = attrgetter(name); get(logging)`. The name is from another statement, so at the strict level it counts as unknown. */
function checkStoredGetter({ policy, references, report, tree }: RuleContext, object: NodeIndex, at: NodeIndex): void {
  if (!policy.isStrict) return;
  const module = shortestName([...references.of(object)].filter((name) => references.isOutside(name)));
  if (module !== undefined) report.add('SLP801', tree.range(at), module, { severity: 'error' });
}

function checkLookup(context: RuleContext, { from, modules, key, at }: Lookup): void {
  const { constants, policy, references } = context;
  const { isStrict } = policy;
  if (modules.size > 0) noteBuiltins(context, key);
  for (const module of modules) {
    const isOwn = isStrict && module.startsWith(ownPrefix);
    if (module !== cutOff && !policy.hasMembers(module) && !isOwn) continue;
    const names = constants.possibleTexts(key);
    for (const name of names.texts) {
      if (module === cutOff) reportCutOff(context, at, name);
      else reportMember(context, at, policy.member(module, name), () => trailTo(context, from, module));
    }
    if (names.complete || module === cutOff || !(isOwn || policy.governs(module))) continue;
    reportUnknown(context, at, isOwn ? module.slice(ownPrefix.length) : policy.moduleName(module));
  }
  if (isStrict) checkOutside(context, { modules: [...modules].filter((name) => references.isOutside(name)), key, at });
}

/** Checks a lookup in outside modules, which may have forbidden and private names (scan policy §10.7 to §10.9). */
function checkOutside(
  context: RuleContext,
  { at, key, modules }: { modules: readonly string[]; key: NodeIndex; at: NodeIndex },
): void {
  if (modules.length === 0) return;
  const names = context.constants.possibleTexts(key);
  for (const name of names.texts) checkSegment(context, at, { owners: modules, name, isCalled: false });
  const module = shortestName(modules.filter((name) => !context.policy.governs(name)));
  if (module !== undefined && !names.complete) reportUnknown(context, at, context.policy.moduleName(module));
}

/** Returns whether the expression is the namespace of a function or of this module: `f.__globals__`, `globals()`. */
function isGlobals({ references, tree }: RuleContext, expression: NodeIndex): boolean {
  const first = tree.firstPart(expression);
  switch (tree.kind(expression)) {
    case Kind.attribute:
      return tree.attributeName(expression) === '__globals__';
    case Kind.call:
      return ['builtins.globals', 'builtins.locals', 'builtins.vars'].some((name) => references.of(first).has(name));
    default:
      return false;
  }
}

/** Notes that the lookup counts as `__builtins__` if its key folds to that (scan policy §10.1). */
function noteBuiltins({ builtinsKeys, constants, names, tree }: RuleContext, key: NodeIndex): void {
  if (isBuiltinsKey(names, key)) return;
  if (constants.possibleTexts(key).texts.includes(builtinsName)) builtinsKeys.add(tree.start(key));
}

function reportUnknown({ policy, report, tree }: RuleContext, at: NodeIndex, module: string): void {
  report.add('SLP801', tree.range(at), module, policy.isStrict ? { severity: 'error' } : {});
}

/** Returns the trail to the lookup's object, which is the module or its namespace. */
function trailTo({ trails }: RuleContext, from: NodeIndex, module: string): readonly TrailStep[] {
  const trail = trails.of(from, module);
  return trail.length > 0 ? trail : trails.of(from, `${module}.__dict__`);
}

/** Checks `sys.modules['…']`, which counts as an import because another file may have imported the module. */
function checkLoadedModule({ constants, policy, report, tree }: RuleContext, key: NodeIndex, at: NodeIndex): void {
  for (const module of constants.possibleTexts(key).texts) {
    for (const entry of policy.importEntries(module))
      if (entry.ruleId === 'SLP101') report.addEntry(entry, tree.range(at), module);
  }
}
