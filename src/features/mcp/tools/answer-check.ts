// Checks a tool's answer before an agent's client does. Clients refuse a structured answer that doesn't match the tool's schema, after the
// handler has run, and the agent never sees it.
import { type Json, type JsonObject, parsedText } from '../../../contract/json.ts';
import { outputCheckLimits } from '../../../contract/limits/manifest.ts';
import { apiLimits } from '../../../contract/limits/requests.ts';
import type { Manifest } from '../../../contract/plugin/manifest.ts';
import { nestsDeeper } from '../../../core/json/depth.ts';
import type { JsonText } from '../../../core/json/text.ts';
import { checkValue } from '../../../json-schema/check-value.ts';
import { objectSchema } from '../../../json-schema/object-schema.ts';
import { isTooLarge, OutputCheck } from '../../../json-schema/output-check.ts';
import { type ReadSchema, readSchema } from '../../../json-schema/read-schema.ts';
import { answerSchema } from './schemas.ts';

/** The part of a manifest that describes answers. */
export type DeclaredAnswer = Pick<Manifest, 'features' | 'output_schema'>;

interface Checked {
  /** Whether clients take the answer as it is. */
  conforms: boolean;
  /** Says what doesn't match what the author declared. */
  note: string | undefined;
}

/** Read once for all answers of a version that an isolate has at hand. */
const listed = new WeakMap<JsonObject, ReadSchema | undefined>();

/** Checks what the handler returned, and the object that it is for clients. */
export function checkedAnswer(declared: DeclaredAnswer | null, result: JsonText, structured: JsonText): Checked {
  if (!declared?.output_schema) return { conforms: true, note: undefined };
  // Deeper values take longer to show than to send.
  const isDeep = nestsDeeper(new TextEncoder().encode(result.text), apiLimits.jsonLevels);
  if (isDeep || isTooLarge(result)) return { conforms: false, note: undefined };
  const problems = new OutputCheck(declared, outputCheckLimits.call).ofCall(parsedText(result)) ?? [];
  if (problems.length > 0)
    return { conforms: false, note: `The answer does not match what the plugin declares: ${problems.join('; ')}` };
  return { conforms: isTaken(declared.output_schema, parsedText(structured)), note: undefined };
}

/** The listed schema can refuse what the author's check allows, such as a vector under its other name. */
function isTaken(output: JsonObject, value: Json): boolean {
  if (!listed.has(output)) listed.set(output, readSchema(answerSchema(objectSchema(output)) ?? true).schema);
  const schema = listed.get(output);
  return schema !== undefined && checkValue(schema, value, outputCheckLimits.call)?.valid === true;
}
