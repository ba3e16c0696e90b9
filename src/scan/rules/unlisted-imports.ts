// Checks for imports of modules that are neither part of Python nor on the registry's list of libraries (SLP190, a note; scan policy
// §9). Only absolute imports of modules outside the plugin count.
import { isListedModule } from '../policy/listed-modules.ts';
import { Kind } from '../reading/kinds.ts';
import { noNode } from '../reading/syntax-tree.ts';
import { type Rule, rangeOf } from './rule.ts';

export const unlistedImportRule: Rule = {
  kinds: [Kind.importStatement, Kind.importFromStatement],
  check({ links, report, tree }, statement) {
    const isFrom = tree.kind(statement) === Kind.importFromStatement;
    for (let part = tree.nextPart(tree.firstPart(statement)); part !== noNode; part = tree.nextPart(part)) {
      const dotted = tree.kind(part) === Kind.aliasedImport ? tree.firstPart(part) : part;
      if (tree.kind(dotted) === Kind.dottedName) {
        const root = tree.name(tree.firstPart(dotted));
        if (!isListedModule(root) && !links.owns(root)) report.add('SLP190', rangeOf(tree, dotted), root);
      }
      if (isFrom) return;
    }
  },
};
