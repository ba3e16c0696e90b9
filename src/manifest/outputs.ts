// Every feature is an output column of its name: one that output_schema lacks is probably misspelt in one of the two places.
import type { Finding } from '../contract/finding.ts';
import { findDeclaration } from './declaration.ts';
import type { Feature } from './features.ts';
import { manifestFinding, quoted } from './findings.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { Names } from './values.ts';

export function checkOutputs(names: Names, features: readonly Feature[], outputSchema: JsonObject | null): Finding[] {
  const at = findDeclaration(names, 'output_schema')?.value.at;
  const outputs = outputSchema && outputNames(outputSchema);
  if (!at || !outputs) return [];
  return features
    .filter(({ feature_name }) => !outputs.has(feature_name))
    .map(({ feature_name }) => {
      const message = `output_schema has no ${quoted(feature_name)}, which \`features\` declares: a feature is an output column of that name. Add it, or name the same in both.`;
      return manifestFinding('SLM403', at, feature_name, message);
    });
}

/** Of a JSON Schema its properties; of the flat form `{"column": {…}}` its keys; undefined when neither can be told. */
function outputNames(schema: JsonObject): ReadonlySet<string> | undefined {
  if (isJsonObject(schema.properties)) return new Set(Object.keys(schema.properties));
  return Object.values(schema).every(isJsonObject) ? new Set(Object.keys(schema)) : undefined;
}
