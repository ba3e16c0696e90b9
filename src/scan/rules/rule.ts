// Defines a rule, which checks one syntax node and runs on every node of its kinds.
import type { Constants } from '../expressions/possible-constants.ts';
import type { Proofs } from '../expressions/proofs.ts';
import type { References } from '../expressions/references.ts';
import type { Trails } from '../expressions/trails.ts';
import type { Report } from '../file/report.ts';
import type { Links } from '../linking/links.ts';
import type { Bindings } from '../names/bindings.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import type { NodeIndex, SyntaxTree } from '../reading/syntax-tree.ts';

export interface RuleContext {
  tree: SyntaxTree;
  names: Bindings;
  references: References;
  proofs: Proofs;
  trails: Trails;
  constants: Constants;
  policy: ScanPolicy;
  report: Report;
  /** Start offsets of lookup keys that fold to `__builtins__` but are written differently. Rules add the keys that they find. */
  builtinsKeys: Set<number>;
  /** Facts from the plugin's other files. */
  links: Links;
}

export interface Rule {
  kinds: readonly number[];
  check(context: RuleContext, node: NodeIndex): void;
}
