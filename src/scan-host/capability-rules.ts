// Turns a stored version's analysis into findings, both in code and as SQL over rows of plugin_versions. Both follow the current
// policy, so a policy change needs no new analysis.
import { type SQL, sql } from 'drizzle-orm';
import type { Finding } from '../contract/findings/finding.ts';
import type { RuleId } from '../contract/findings/rules.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { capabilityFindings, forbiddenInModules } from '../scan/go/capabilities.ts';

const { capabilities, definition } = pluginVersions;

const reached = sql`json_each(${capabilities}, '$.reached') reached`;
const isForbidden = sql`reached.value ->> '$.name' in (select value from json_each(${JSON.stringify(forbiddenInModules)}))
  and reached.value ->> '$.module' is not null`;
const hasHosts = sql`(coalesce(json_array_length(${definition}, '$.permissions.network'), 0) > 0
  or coalesce(${definition} -> '$.permissions.forward', '{}') <> '{}')`;

const errorRule: RuleId = 'SLP905';

const hasError = sql`exists (select 1 from ${reached} where ${isForbidden} or reached.value ->> '$.reason' is not null)`;
const hasWarning = sql`exists (select 1 from ${reached} where reached.value ->> '$.name' = 'NETWORK' and not ${hasHosts})`;

/** SQL: the list of rules, with the version's capability rule added if it applies. */
export function withCapabilityErrors(rules: SQL): SQL {
  return sql`case when ${hasError} then json_insert(${rules}, '$[#]', ${errorRule}) else ${rules} end`;
}

/** SQL: the version's capabilities cause a finding, whether waived or not. */
export const hasCapabilityFinding: SQL = sql`(${hasError} or ${hasWarning})`;

/** Returns the findings that the current policy has for the version's analysis. */
export function versionCapabilityFindings({
  capabilities: analysis,
  definition: declared,
}: Pick<PluginVersion, 'capabilities' | 'definition'>): Finding[] {
  return analysis ? capabilityFindings(analysis.reached, declared?.permissions) : [];
}
