// Loads the manifest's schemas in the sandbox, to catch mistakes that parsing manifest.py without running it can't find.
import { z } from 'zod';
import { jsonObject } from '../../contract/json.ts';
import { isFlat } from '../../contract/plugin/flat-schemas.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';
import { objectSchema } from '../../json-schema/object-schema.ts';
import { readSchema } from '../../json-schema/read-schema.ts';
import { differingFields } from '../../manifest/schemas/differing-fields.ts';
import type { Environment } from '../connection/settings.ts';
import { type Check, failedCheck, passedCheck, skippedCheck, warningCheck } from './check.ts';
import type { LocalBuilder } from './local-builder.ts';
import { runTryout, type TestedPlugin } from './tryout.ts';

const schemaName = z.enum(['input_schema', 'output_schema', 'parameter_schema']);

const schemasOutcome = z.object({
  loaded: z.array(z.string()),
  /** Loaded schemas, with the locations of their names. */
  schemas: z
    .array(
      z.object({ name: schemaName, schema: jsonObject, by_pydantic: z.boolean(), file: z.string(), line: z.int() }),
    )
    .default([]),
  problems: z.array(z.object({ file: z.string(), line: z.int(), message: z.string() })),
  /** A module not installed on this machine. */
  missing: z.string().optional(),
});

const differencesMax = 20;

export async function checkSchemas(
  builder: LocalBuilder,
  environment: Environment,
  plugin: TestedPlugin,
  manifest: Manifest | null,
): Promise<Check> {
  const ran = await runTryout(builder, environment, plugin, { mode: 'schemas' });
  if (ran.why !== undefined) return failedCheck('schemas', ran.why, ran.lines);
  const { loaded, missing, problems, schemas } = schemasOutcome.parse(ran.outcome);
  if (missing !== undefined) return skippedCheck('schemas', `not loaded: the module ${missing} is not installed here`);
  const [first, ...others] = [...problems, ...schemas.flatMap(problemsOf)].map(
    ({ file, line, message }) => `${file}:${line}: ${message}`,
  );
  if (first !== undefined) return failedCheck('schemas', first, others);
  const differences = schemas.flatMap(({ by_pydantic, file, line, name, schema }) => {
    const published = by_pydantic ? manifest?.[name] : undefined;
    const fields = published ? differingFields(published, schema) : [];
    return fields.map((field) => `${file}:${line}: ${name} differs from Pydantic's in ${field}`);
  });
  if (differences.length > 0) {
    const detail = `${loaded.join(', ')}: not all as Pydantic describes them`;
    return warningCheck('schemas', detail, differences.slice(0, differencesMax));
  }
  return loaded.length === 0
    ? skippedCheck('schemas', 'the manifest declares no schemas')
    : passedCheck('schemas', loaded.join(', '), ran.lines);
}

type LoadedSchema = z.infer<typeof schemasOutcome>['schemas'][number];

/** Returns the problems that make the schema invalid. The scan already reports its warnings. */
function problemsOf({ file, line, name, schema }: LoadedSchema): { file: string; line: number; message: string }[] {
  const { problems } = readSchema(objectSchema(schema));
  return problems
    .filter(({ kind }) => kind === 'invalid' || kind === 'endless')
    .map(({ message, path }) => {
      const place = [name, ...(isFlat(schema) ? path.slice(1) : path)].join('.');
      return { file, line, message: `${place} ${message}` };
    });
}
