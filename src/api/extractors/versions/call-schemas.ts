// Turns the schemas in a version's manifest into components of an OpenAPI document, once for each version in an isolate.
import type { JsonObject } from '../../../contract/json.ts';
import { documentedCharsMax, schemaWork } from '../../../contract/limits/manifest.ts';
import { Derived } from '../../../core/derived.ts';
import { JsonText } from '../../../core/json/text.ts';
import { LoopTurns } from '../../../core/turns.ts';
import type { StartableVersion } from '../../../deps.ts';
import { schemaComponents } from '../../../json-schema/components.ts';

const fields = { Input: 'input_schema', Parameters: 'parameter_schema', Output: 'output_schema' } as const;
type Part = keyof typeof fields;
const parts: readonly Part[] = ['Input', 'Parameters', 'Output'];

/** Components by name, each as JSON, for each part of a call that the manifest describes. */
export type CallSchemas = ReadonlyMap<Part, Record<string, object>>;

/** Parts by version and name, so that requests that arrive together make each part once. */
const kept = new Derived<Record<string, object>>(documentedCharsMax);

/** Takes turns, by the size of the schemas. */
export async function callSchemas({ id, manifest }: Pick<StartableVersion, 'id' | 'manifest'>): Promise<CallSchemas> {
  const turns = new LoopTurns();
  const schemas = new Map<Part, Record<string, object>>();
  for (const part of parts) {
    const schema = manifest?.[fields[part]];
    if (!schema) continue;
    const key = `${id} ${part}`;
    if (!kept.get(key)) await turns.spend(schemaWork * JSON.stringify(schema).length);
    schemas.set(part, kept.get(key) ?? makeComponents(key, part, schema));
  }
  return schemas;
}

function makeComponents(key: string, part: Part, schema: JsonObject): Record<string, object> {
  const texts = Object.entries(schemaComponents(part, schema)).map(
    ([name, component]) => [name, JSON.stringify(component)] as const,
  );
  const components = Object.fromEntries(texts.map(([name, text]) => [name, new JsonText(text)]));
  kept.keep(
    key,
    components,
    texts.reduce((sum, [, text]) => sum + text.length, 0),
  );
  return components;
}
