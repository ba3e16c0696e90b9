// What a table of the policy says: plain data, written down once per level.
import type { Finding } from '../../contract/finding.ts';
import type { RuleId } from '../../contract/rules.ts';

export interface Entry {
  ruleId: RuleId;
  /** Where the rule is milder or graver than the catalogue says. */
  severity?: Finding['severity'];
}

/** What a level adds to the policy, as its author wrote it down. A `*` in a name stands for anything. */
export interface PolicyTable {
  /** Modules that may not be imported, by dotted name; their submodules are meant as well. */
  imports: readonly (Entry & { modules: readonly string[] })[];
  /** Members of a module that may not be loaded, whatever reaches them. The module may be any dotted expression: `pathlib.Path()`. */
  members: readonly (Entry & { module: string; names: readonly string[] })[];
  /** Attributes that are worth a finding on any object. */
  attributes: readonly (Entry & { names: readonly string[]; bareNames?: boolean })[];
  /** Modules that export forbidden members so plainly that a star import, a free name or a lookup that cannot be told counts. */
  governed: readonly string[];
  /** Other paths to what the policy names: the same object in another module. */
  aliases: Readonly<Record<string, string>>;
  /** What else the level's rules ask for by name, and must therefore be known under any alias. */
  tracked: readonly string[];
  /** Attributes, of whatever object, that its rules ask for. */
  trackedAttributes: readonly string[];
}
