// Defines the policy table format: plain data, one table per level.
import type { Finding } from '../../contract/findings/finding.ts';
import type { RuleId } from '../../contract/findings/rules.ts';

/** The name under which every module, and the namespace of every function, holds builtins or its dictionary. */
export const builtinsName = '__builtins__';

export interface Entry {
  ruleId: RuleId;
  /** Overrides the severity in the rule catalog. */
  severity?: Finding['severity'];
}

/** A level's additions to the policy. A `*` in a name matches any characters. */
export interface PolicyTable {
  /** Modules that may not be imported, by dotted name. Submodules are included. */
  imports: readonly (Entry & { modules: readonly string[] })[];
  /** Members of a module that may not be loaded, under any name. The module may be any dotted expression: `pathlib.Path()`. */
  members: readonly (Entry & { module: string; names: readonly string[] })[];
  /** Attributes that are a finding on any object; with `definitions`, also where a class defines them. */
  attributes: readonly (Entry & { names: readonly string[]; bareNames?: boolean; definitions?: boolean })[];
  /** Modules for which a star import, a free name or an unresolvable lookup also counts, because they export forbidden members. */
  governed: readonly string[];
  /** Alternative paths to an object, mapped to the path in the policy. */
  aliases: Readonly<Record<string, string>>;
  /** Other names that the level's rules check, and that must therefore be tracked through aliases. */
  tracked: readonly string[];
  /** Attributes that the level's rules check on any object. */
  trackedAttributes: readonly string[];
  /** Attributes of any object with their own name, so that they are followed through aliases. */
  namedAttributes: Readonly<Record<string, string>>;
  /** Keywords that are a finding in a call of anything, unless their value is proved to be this one. */
  keywords: readonly (Entry & { names: readonly string[]; unless: 'true' | 'false' })[];
}
