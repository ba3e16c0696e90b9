// Checks calls that are forbidden at the strict level only with certain arguments (scan policy §9): files opened for writing, loaders
// without their safe option, code passed as text, and bulk reads of the environment.
import { type CallArguments, callArguments } from '../names/calls.ts';
import type { Entry } from '../policy/policy-table.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import { type Rule, type RuleContext, rangeOf } from './rule.ts';

interface ConditionalCall {
  callee: RegExp;
  entry: Entry;
  when(context: RuleContext, args: CallArguments): boolean;
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
    when: (context, args) => !refersTo(context, argument(args, 1, 'Loader'), /\.C?SafeLoader$/),
  },
  {
    callee: /^numpy\.load$/,
    entry: { ruleId: 'SLP140' },
    when: (context, args) => isTrue(context, argument(args, 2, 'allow_pickle')),
  },
  {
    callee: /^torch\.load$/,
    entry: { ruleId: 'SLP140', severity: 'warning' },
    when: (context, args) => !isTrue(context, args.keywords.get('weights_only')),
  },
  {
    callee: /^timeit\.(?:timeit|repeat|Timer)$/,
    entry: { ruleId: 'SLP121' },
    when: ({ constants }, args) => constants.fold(argument(args, 0, 'stmt') ?? -1)?.kind === 'text',
  },
  {
    callee: /^builtins\.dict$/,
    entry: { ruleId: 'SLP150' },
    when: (context, args) => refersTo(context, args.positional[0], /^os\.environ$/),
  },
];

export const conditionalCallRule: Rule = {
  kinds: [Kind.call],
  check(context, call) {
    const { references, report, tree } = context;
    const callee = tree.firstPart(call);
    const args = callArguments(tree, call) ?? { positional: [], keywords: new Map() };
    for (const name of references.of(callee)) {
      for (const { callee: pattern, entry, when } of conditionalCalls) {
        if (pattern.test(name) && when(context, args)) report.addEntry(entry, rangeOf(tree, callee), name);
      }
    }
    const isPretrained = tree.kind(callee) === Kind.attribute && tree.name(tree.lastPart(callee)) === 'from_pretrained';
    if (isPretrained && isTrue(context, args.keywords.get('trust_remote_code'))) {
      report.addEntry({ ruleId: 'SLP140', severity: 'warning' }, rangeOf(tree, callee), 'from_pretrained');
    }
  },
};

function argument({ keywords, positional }: CallArguments, position: number, name: string): NodeIndex | undefined {
  return positional[position] ?? keywords.get(name);
}

function opensForWriting({ constants }: RuleContext, mode: NodeIndex | undefined): boolean {
  const value = mode === undefined ? undefined : constants.fold(mode);
  return value?.kind === 'text' && /[wax+]/.test(value.value);
}

function refersTo({ references }: RuleContext, node: NodeIndex | undefined, pattern: RegExp): boolean {
  return node !== undefined && [...references.of(node)].some((name) => pattern.test(name));
}

function isTrue({ tree }: RuleContext, node: NodeIndex | undefined): boolean {
  return node !== undefined && tree.source(node) === 'True';
}
