// Calls that are findings of the strict level for what they are given (scan policy §9): files opened for writing, loaders without
// their safe option, code as text, the environment as a whole.
import { type CallArguments, callArguments } from '../names/calls.ts';
import type { Entry } from '../policy/policy-table.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import { type Rule, type RuleContext, rangeOf } from './rule.ts';

interface ConditionalCall {
  callee: RegExp;
  entry: Entry;
  when(subject: RuleContext, args: CallArguments): boolean;
}

const calls: readonly ConditionalCall[] = [
  {
    callee: /^(?:codecs\.open|os\.fdopen)$/,
    entry: { ruleId: 'SLP130', severity: 'error' },
    when: (subject, args) => opensForWriting(subject, argument(args, 1, 'mode')),
  },
  {
    callee: /^pathlib\.Path\(\)\.open$/,
    entry: { ruleId: 'SLP130', severity: 'error' },
    when: (subject, args) => opensForWriting(subject, argument(args, 0, 'mode')),
  },
  {
    callee: /^yaml\.load(?:_all)?$/,
    entry: { ruleId: 'SLP140' },
    when: (subject, args) => !refersTo(subject, argument(args, 1, 'Loader'), /\.C?SafeLoader$/),
  },
  {
    callee: /^numpy\.load$/,
    entry: { ruleId: 'SLP140' },
    when: (subject, args) => isTrue(subject, argument(args, 2, 'allow_pickle')),
  },
  {
    callee: /^torch\.load$/,
    entry: { ruleId: 'SLP140', severity: 'warning' },
    when: (subject, args) => !isTrue(subject, args.keywords.get('weights_only')),
  },
  {
    callee: /^timeit\.(?:timeit|repeat|Timer)$/,
    entry: { ruleId: 'SLP121' },
    when: ({ constants }, args) => constants.fold(argument(args, 0, 'stmt') ?? -1)?.kind === 'text',
  },
  {
    callee: /^builtins\.dict$/,
    entry: { ruleId: 'SLP150' },
    when: (subject, args) => refersTo(subject, args.positional[0], /^os\.environ$/),
  },
];

export const conditionalCallRule: Rule = {
  kinds: [Kind.call],
  check(subject, call) {
    const { references, report, tree } = subject;
    const callee = tree.firstPart(call);
    const args = callArguments(tree, call) ?? { positional: [], keywords: new Map() };
    for (const name of references.of(callee)) {
      for (const { callee: pattern, entry, when } of calls) {
        if (pattern.test(name) && when(subject, args)) report.addEntry(entry, rangeOf(tree, callee), name);
      }
    }
    const isPretrained = tree.kind(callee) === Kind.attribute && tree.name(tree.lastPart(callee)) === 'from_pretrained';
    if (isPretrained && isTrue(subject, args.keywords.get('trust_remote_code'))) {
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
