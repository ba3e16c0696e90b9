// Reads the JSON Schema of an agent plugin's configuration. Rejects what configurations can't be checked against.
import type { Json } from '../../contract/json.ts';
import { type ReadSchema, readSchema } from '../../json-schema/read-schema.ts';

export function readConfigSchema(text: string): ReadSchema | { refused: string } {
  const root = parsed(text);
  const { problems, schema } = root === undefined ? readSchema(null) : readSchema(root);
  if (schema) return schema;
  const [problem] = problems.filter(({ kind }) => kind !== 'unknown');
  const place = problem && problem.path.length > 0 ? `${['#', ...problem.path].join('/')} ` : '';
  return { refused: `${place}${problem?.message}` };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
