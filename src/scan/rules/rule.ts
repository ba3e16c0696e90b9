// What a rule is given, and what it is: a function over one node of the kinds it asks for.
import type { Bindings } from '../bindings.ts';
import type { Constants } from '../constants/fold.ts';
import type { ScanPolicy } from '../policy.ts';
import type { References } from '../references.ts';
import type { Report } from '../report.ts';
import type { NodeIndex, SyntaxTree } from '../syntax-tree.ts';
import type { Watch } from '../watch.ts';

export interface Subject {
  tree: SyntaxTree;
  names: Bindings;
  references: References;
  constants: Constants;
  policy: ScanPolicy;
  report: Report;
  watch: Watch;
  /** Top-level modules that are the plugin's own. */
  localModules: ReadonlySet<string>;
}

export interface Rule {
  kinds: readonly number[];
  check(subject: Subject, node: NodeIndex): void;
}

export function rangeOf(tree: SyntaxTree, node: NodeIndex): { start: number; end: number } {
  return { start: tree.start(node), end: tree.end(node) };
}
