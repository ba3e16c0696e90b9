// Defines the format of policy tables, which are plain data, one table per level.
import type { Finding } from '../../contract/findings/finding.ts';
import type { RuleId } from '../../contract/findings/rules.ts';

/** Name under which every module, and the namespace of every function, holds the module builtins or its dictionary. */
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
  /** Members of a module that may not be loaded, under any name. The module may be any dotted expression, such as `pathlib.Path()`. */
  members: readonly (Entry & { module: string; names: readonly string[] })[];
  /** Attributes that are a finding on any object. With `definitions`, they are also a finding where a class defines them. */
  attributes: readonly (Entry & { names: readonly string[]; bareNames?: boolean; definitions?: boolean })[];
  /** Modules for which a star import, a free name or an unresolvable lookup also counts, because they export forbidden members. */
  governed: readonly string[];
  /** Alternative paths to an object, each mapped to the path that the policy lists. */
  aliases: Readonly<Record<string, string>>;
  /** Other names that the level's rules check, so that they must be tracked through aliases. */
  tracked: readonly string[];
  /** Attributes that the level's rules check on any object. */
  trackedAttributes: readonly string[];
  /** Attributes that mean the same on any object, with that meaning's own name, so that they are followed through aliases. */
  namedAttributes: Readonly<Record<string, string>>;
  /** Keywords that are a finding in any call, unless their value is proved to be `unless`. */
  keywords: readonly (Entry & { names: readonly string[]; unless: 'true' | 'false' })[];
}
