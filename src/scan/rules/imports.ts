// Checks imports: forbidden modules (SLP101), star imports from governed modules (SLP102), serialization modules (SLP402), forbidden
// members imported by name (scan policy §2, §4), and unlisted modules (SLP190, §9). Relative imports are local and never a finding.
import { isOwn } from '../linking/links.ts';
import { importedAfter, moduleName } from '../names/import-forms.ts';
import { isListedModule, isStandardModule, rootModule } from '../policy/listed-modules.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
import { reportLinked, reportMember } from './members.ts';
import type { Rule, RuleContext } from './rule.ts';

export const importRule: Rule = {
  kinds: [Kind.importStatement],
  check(context, statement) {
    const { tree } = context;
    for (const { name } of importedAfter(tree, tree.firstPart(statement))) checkModule(context, name);
  },
};

export const importFromRule: Rule = {
  kinds: [Kind.importFromStatement],
  check(context, statement) {
    const { links, tree, policy, report } = context;
    const source = tree.nextPart(tree.firstPart(statement));
    const written = moduleName(tree, source);
    if (isOwn(links, written)) checkOwnMembers(context, source, written);
    if (tree.kind(source) !== Kind.dottedName) return;
    const module = checkModule(context, source);
    const isStar = tree.childOfKind(statement, Kind.wildcardImport) !== noNode;
    if (isStar && policy.governed.has(module)) report.add('SLP102', tree.range(source), module);
    for (const { name, part } of importedAfter(tree, source)) {
      const member = tree.dottedName(name);
      reportMember(context, part, policy.member(module, member));
      if (exposesImports(module) || (policy.isStrict && !isOwn(links, module)))
        checkReexport(context, part, { module, member });
    }
  },
};

/** Reports imports of what a standard library module itself imports and, at the strict level, of what any library imports. */
function checkReexport(
  context: RuleContext,
  at: NodeIndex,
  { member, module }: { module: string; member: string },
): void {
  if (exposesImports(module)) checkName(context, at, member);
  else if (context.policy.isForbiddenRoot(member)) context.report.add('SLP101', context.tree.range(at), member);
}

/** Reports an import such as `from helpers import run` if helpers.py has `run = os.system`. */
function checkOwnMembers(context: RuleContext, source: NodeIndex, module: string): void {
  const { links, tree } = context;
  for (const { name, part } of importedAfter(tree, source))
    for (const linked of links.member(module, tree.dottedName(name))) reportLinked(context, part, linked);
}

/**
 * Returns whether what the module imports can be imported from it. asyncio is the exception, because asyncio.subprocess is a submodule.
 */
function exposesImports(module: string): boolean {
  return isStandardModule(rootModule(module)) && module !== 'asyncio';
}

/** Checks the module that a dotted name imports, and returns its name. */
function checkModule(context: RuleContext, dottedName: NodeIndex): string {
  const module = context.tree.dottedName(dottedName);
  checkName(context, dottedName, module);
  return module;
}

function checkName({ policy, report, tree }: RuleContext, at: NodeIndex, module: string): void {
  for (const entry of policy.importEntries(module)) report.addEntry(entry, tree.range(at), module);
}

export const unlistedImportRule: Rule = {
  kinds: [Kind.importStatement, Kind.importFromStatement],
  check({ links, report, tree }, statement) {
    const isFrom = tree.kind(statement) === Kind.importFromStatement;
    for (let part = tree.nextPart(tree.firstPart(statement)); part !== noNode; part = tree.nextPart(part)) {
      const dotted = tree.kind(part) === Kind.aliasedImport ? tree.firstPart(part) : part;
      if (tree.kind(dotted) === Kind.dottedName) {
        const root = tree.name(tree.firstPart(dotted));
        if (!isListedModule(root) && !links.owns(root)) report.add('SLP190', tree.range(dotted), root);
      }
      if (isFrom) return;
    }
  },
};
