// Imports: forbidden modules (SLP101), star imports from governed ones (SLP102), serialization modules (SLP402), and forbidden
// members imported by name (scan policy §2, §4). A relative import is local and never a finding.
import { isStandardModule } from '../policy/listed-modules.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
import { reportMember } from './members.ts';
import { type Rule, type RuleContext, rangeOf } from './rule.ts';

export const importRule: Rule = {
  kinds: [Kind.importStatement],
  check(subject, statement) {
    const { tree } = subject;
    for (let part = tree.firstPart(statement); part !== noNode; part = tree.nextPart(part)) {
      if (tree.kind(part) === Kind.dottedName) checkModule(subject, part);
      else if (tree.kind(part) === Kind.aliasedImport) checkModule(subject, tree.firstPart(part));
    }
  },
};

export const importFromRule: Rule = {
  kinds: [Kind.importFromStatement],
  check(subject, statement) {
    const { tree, policy, report } = subject;
    const source = tree.nextPart(tree.firstPart(statement));
    if (tree.kind(source) !== Kind.dottedName) return;
    const module = checkModule(subject, source);
    for (let part = tree.nextPart(source); part !== noNode; part = tree.nextPart(part)) {
      const kind = tree.kind(part);
      if (kind === Kind.wildcardImport && policy.governed.has(module)) {
        report.add('SLP102', rangeOf(tree, source), module);
      } else if (kind === Kind.dottedName || kind === Kind.aliasedImport) {
        const member = tree.dottedName(kind === Kind.dottedName ? part : tree.firstPart(part));
        reportMember(subject, part, policy.member(module, member));
        if (exposesImports(module)) checkName(subject, part, member);
      }
    }
  },
};

/** Whether what the module imported can be had from it. asyncio.subprocess is a module of its own. */
function exposesImports(module: string): boolean {
  return isStandardModule(module.split('.', 1)[0] ?? module) && module !== 'asyncio';
}

/** Checks the module that a dotted name imports, and says which it is. */
function checkModule(subject: RuleContext, dottedName: NodeIndex): string {
  const module = subject.tree.dottedName(dottedName);
  checkName(subject, dottedName, module);
  return module;
}

function checkName({ policy, report, tree }: RuleContext, at: NodeIndex, module: string): void {
  for (const entry of policy.importEntries(module)) report.addEntry(entry, rangeOf(tree, at), module);
}
