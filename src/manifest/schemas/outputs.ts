// Checks that every feature is an output column of that name. A feature that output_schema lacks is probably misspelled in one of the
// two.
import type { Finding } from '../../contract/findings/finding.ts';
import { propertyNames } from '../../json-schema/object-schema.ts';
import { findDeclaration } from '../fields/declaration.ts';
import type { Feature } from '../fields/features.ts';
import { manifestFinding, quoted } from '../findings.ts';
import type { JsonObject } from '../json.ts';
import type { Names } from '../python/values.ts';

export function checkOutputs(names: Names, features: readonly Feature[], outputSchema: JsonObject | null): Finding[] {
  const at = findDeclaration(names, 'output_schema')?.value.at;
  const outputs = outputSchema && propertyNames(outputSchema);
  if (!at || !outputs) return [];
  return features
    .filter(({ feature_name }) => !outputs.has(feature_name))
    .map(({ feature_name }) => {
      const message = `output_schema has no ${quoted(feature_name)}, which \`features\` declares. Every feature is an output column: add it to output_schema, or use the same name in both.`;
      return manifestFinding('SLM403', at, feature_name, message);
    });
}
