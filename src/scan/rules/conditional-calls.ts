// Checks calls that are forbidden at the strict level unless they are proved to be safe (scan policy §9): files opened for writing,
// loaders without their safe option, code passed as text, and bulk reads of the environment.
import { type CallArguments, knownArguments } from '../names/calls.ts';
import type { Entry } from '../policy/policy-table.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

interface ConditionalCall {
  callee: RegExp;
  entry: Entry;
  /** Name to show in the finding, if it isn't the called one. */
  reported?: string;
  when(context: RuleContext, args: CallArguments): boolean | 'warning';
}

/** Part of the policy's fingerprint (scripts/testing/policy-fingerprint.ts). */
export const conditionalCalls: readonly ConditionalCall[] = [
  {
    callee: /^(?:codecs\.open|os\.fdopen)$/,
    entry: { ruleId: 'SLP130', severity: 'error' },
    when: (context, args) => opensForWriting(context, argument(args, 1, 'mode')),
  },
  {
    callee: /^pathlib\.Path\(\)\.open$/,
    entry: { ruleId: 'SLP130', severity: 'error' },
    when: (context, args) => opensForWriting(context, argument(args, 0, 'mode')),
  },
  {
    callee: /^yaml\.load(?:_all)?$/,
    entry: { ruleId: 'SLP140' },
    when: ({ proofs }, args) => {
      const loader = argument(args, 1, 'Loader');
      return loader === undefined || !proofs.isAlways(loader, /^yaml\.(?:\w+\.)?C?SafeLoader$/);
    },
  },
  {
    callee: /^numpy\.load$/,
    entry: { ruleId: 'SLP140' },
    when: (context, args) => isOn(context, args, { position: 2, name: 'allow_pickle' }),
  },
  {
    callee: /^torch\.load$/,
    entry: { ruleId: 'SLP140', severity: 'warning' },
    when: (context, args) => truthOf(context, args.keywords.get('weights_only')) !== true,
  },
  {
    callee: /^timeit\.(?:timeit|repeat|Timer)$/,
    entry: { ruleId: 'SLP121' },
    when: ({ proofs }, args) =>
      [argument(args, 0, 'stmt'), argument(args, 1, 'setup')].some(
        (code) => code !== undefined && !proofs.isFunction(code),
      ) || args.unpacked.length + args.unpackedKeywords.length > 0,
  },
  {
    callee: /^types\.(?:FunctionType|LambdaType|CodeType)$/,
    entry: { ruleId: 'SLP121' },
    when: () => true,
  },
  {
    callee: /^inspect\.get_annotations$/,
    entry: { ruleId: 'SLP121', severity: 'warning' },
    when: (context, args) => isOn(context, args, { name: 'eval_str' }),
  },
  {
    callee:
      /^(?:(?:jinja2(?:\.\w+)?|mako\.template|tornado\.template)\.Template|jinja2\.(?:\w+\.)?\w*Environment\(\)\.from_string)$/,
    entry: { ruleId: 'SLP121' },
    when: (context, args) => isUnsafeTemplate(context, argument(args, 0, 'source') ?? args.keywords.get('text')),
  },
  {
    callee: /^pydantic\.TypeAdapter$/,
    entry: { ruleId: 'SLP121' },
    when: (context, args) => [...args.positional, ...args.keywords.values()].some((node) => holdsCode(context, node)),
  },
  {
    callee: /^pydantic\.create_model$/,
    entry: { ruleId: 'SLP121' },
    when: (context, args) => fieldTypes(context, args).some((node) => holdsCode(context, node)),
  },
  {
    callee: /^builtins\.dict$/,
    entry: { ruleId: 'SLP150' },
    reported: 'os.environ',
    when: (context, args) =>
      [...args.positional.slice(0, 1), ...args.unpackedKeywords].some((node) =>
        context.references.of(node).has('os.environ'),
      ),
  },
];

const anyCallee = new RegExp(conditionalCalls.map(({ callee }) => callee.source).join('|'));

export const conditionalCallRule: Rule = {
  kinds: [Kind.call],
  check(context, call) {
    const { references, tree } = context;
    const callee = tree.firstPart(call);
    const args = knownArguments(tree, call);
    const reported = new Set<string>();
    const callees = references.of(callee);
    for (const { names, given } of [{ names: callees, given: args }, ...partialCall(context, callees, args)]) {
      for (const name of names) {
        if (!anyCallee.test(name)) continue;
        for (const { callee: pattern, entry, reported: subject, when } of conditionalCalls) {
          if (!pattern.test(name)) continue;
          report(context, { callee, name: subject ?? name, entry, holds: when(context, given) });
          reported.add(entry.ruleId);
        }
      }
    }
    if (makesFunction(context, callee))
      report(context, { callee, name: 'type(function)', entry: { ruleId: 'SLP121' }, holds: true });
    const isPretrained = tree.kind(callee) === Kind.attribute && tree.attributeName(callee) === 'from_pretrained';
    if (isPretrained) {
      const holds = isOn(context, args, { name: 'trust_remote_code' });
      report(context, { callee, name: 'from_pretrained', entry: { ruleId: 'SLP140', severity: 'warning' }, holds });
      reported.add('SLP140');
    }
    for (const [name, value] of args.keywords) {
      const entry = context.policy.keywords.get(name);
      if (entry && !reported.has(entry.ruleId)) checkKeyword(context, { at: value, name, value });
    }
  },
};

/** Checks a keyword. It counts on every callee, unless its value is proved to be the safe one (scan policy §10.10). */
export function checkKeyword(
  context: RuleContext,
  { at, name, value }: { at: NodeIndex; name: string; value: NodeIndex },
): void {
  const entry = context.policy.keywords.get(name);
  if (!entry || truthOf(context, value) === (entry.unless === 'true')) return;
  context.report.addEntry(entry, context.tree.range(at), name);
}

/** Returns the call that `functools.partial(function, …)` prepares, with the arguments known so far. */
function partialCall(
  { references }: RuleContext,
  callees: ReadonlySet<string>,
  args: CallArguments,
): { names: ReadonlySet<string>; given: CallArguments }[] {
  const [first, ...positional] = args.positional;
  if (first === undefined || !callees.has('functools.partial')) return [];
  return [{ names: references.of(first), given: { ...args, positional } }];
}

function report(
  { report, trails, tree }: RuleContext,
  { callee, entry, holds, name }: { callee: NodeIndex; name: string; entry: Entry; holds: boolean | 'warning' },
): void {
  if (!holds) return;
  const found: Entry = holds === 'warning' ? { ...entry, severity: 'warning' } : entry;
  report.addEntry(found, tree.range(callee), name, trails.of(callee, name));
}

/** Returns whether the call creates a function from a code object, as in `type(lambda: 0)(code, …)`. */
function makesFunction({ proofs, references, tree }: RuleContext, callee: NodeIndex): boolean {
  if (tree.kind(callee) !== Kind.call || !references.of(tree.firstPart(callee)).has('builtins.type')) return false;
  const [argument] = knownArguments(tree, callee).positional;
  return argument !== undefined && proofs.isFunction(argument);
}

function argument({ keywords, positional }: CallArguments, position: number, name: string): NodeIndex | undefined {
  return positional[position] ?? keywords.get(name);
}

function opensForWriting({ constants }: RuleContext, mode: NodeIndex | undefined): boolean {
  const value = mode === undefined ? undefined : constants.fold(mode);
  return value?.kind === 'text' && /[wax+]/.test(value.value);
}

/** Returns whether a template may run dangerous expressions. An unknown template is a warning; one that names a dunder is an error. */
function isUnsafeTemplate({ constants }: RuleContext, template: NodeIndex | undefined): boolean | 'warning' {
  if (template === undefined) return 'warning';
  const { complete, texts } = constants.possibleTexts(template);
  if (texts.some((text) => text.includes('__'))) return true;
  return !complete && 'warning';
}

/** Returns the types of create_model's fields: the first item of each pair of a type and a default value. */
function fieldTypes({ tree }: RuleContext, { keywords }: CallArguments): NodeIndex[] {
  return [...keywords].flatMap(([name, value]) => {
    if (/^__\w+__$/.test(name)) return [];
    const items = tree.kind(value) === Kind.tuple ? tree.items(value) : [];
    const isPair = items.length === 2 && !items.some((item) => tree.kind(item) === Kind.listSplat);
    return isPair ? items.slice(0, 1) : [value];
  });
}

/** Returns whether the expression, or a part of it, is a string that pydantic evaluates and that has more than names in it. */
function holdsCode(context: RuleContext, expression: NodeIndex): boolean {
  const { constants, proofs, tree } = context;
  for (let node = expression; node < tree.next(expression); ) {
    const isField =
      tree.kind(node) === Kind.call && proofs.isAlways(tree.firstPart(node), /^pydantic\.(?:fields\.)?Field$/);
    const value = tree.kind(node) === Kind.string || node === expression ? constants.fold(node) : undefined;
    if (value?.kind === 'text' && /\(|__/.test(value.value)) return true;
    node = isField ? tree.next(node) : node + 1;
  }
  return false;
}

/**
 * Returns whether an option that is off by default may be on. It is only a warning if nothing but unpacked arguments can turn it on.
 */
function isOn(
  context: RuleContext,
  args: CallArguments,
  { name, position }: { position?: number; name: string },
): boolean | 'warning' {
  const value = (position === undefined ? undefined : args.positional[position]) ?? args.keywords.get(name);
  if (value !== undefined) return truthOf(context, value) !== false;
  const mayBeUnpacked = args.unpackedKeywords.length > 0 || (position !== undefined && args.unpacked.length > 0);
  return mayBeUnpacked && 'warning';
}

/** Returns whether the value is true, or undefined if it is unknown. */
function truthOf({ constants, tree }: RuleContext, node: NodeIndex | undefined): boolean | undefined {
  if (node === undefined) return undefined;
  const source = tree.source(node);
  if (source === 'True') return true;
  if (source === 'False' || source === 'None') return false;
  const value = constants.fold(node);
  if (value?.kind === 'integer') return value.value !== 0;
  return value?.kind === 'text' || value?.kind === 'bytes' ? value.value !== '' : undefined;
}
