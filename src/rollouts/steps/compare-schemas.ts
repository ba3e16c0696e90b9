// Compares the schemas that were read from manifest.py with those that the plugin's own Pydantic makes, and writes what differs to the
// deployment's log. No plugin's schemas make a deployment fail.
import { z } from 'zod';
import { StartFailed } from '../../builders/start-failures.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { hostLine } from '../../contract/builder/logs/line.ts';
import { jsonObject } from '../../contract/json.ts';
import { deploymentLimits } from '../../contract/limits/deployments.ts';
import { declaredRequirements } from '../../contract/plugin/manifest.ts';
import type { JsonText } from '../../core/json/text.ts';
import type { Deps } from '../../deps.ts';
import type { StartedUse } from '../../instances/environments/environment.ts';
import { startInstance } from '../../instances/fleets/instances.ts';
import { separateInstanceId } from '../../instances/placement.ts';
import { differingFields } from '../../manifest/schemas/differing-fields.ts';

const schemaName = z.enum(['input_schema', 'output_schema', 'parameter_schema']);
const madeSchemas = z.partialRecord(schemaName, jsonObject);

/** Runs manifest.py in an instance of its own, which then stops. Ray has no such instances. */
export async function compareSchemas(deps: Deps, use: StartedUse): Promise<void> {
  const { id, log, version } = use;
  const declares = schemaName.options.some((name) => version.manifest?.[name]);
  if (!declares || declaredRequirements(version.manifest).length === 0 || (await deps.builder.isOnRay(id))) return;
  for (const line of await comparison(deps, use)) log(hostLine(deps.clock.now(), line));
}

async function comparison(deps: Deps, { environment, id, version }: StartedUse): Promise<string[]> {
  const separate = { id: separateInstanceId(id), entry: 'schemas' as const };
  try {
    await startInstance(deps, id, version, { environment, separate });
    const call = '{"inputs":{},"parameters":{}}';
    const answer = await deps.builder.call(separate.id, call, { callMs: deploymentLimits.schemasMs });
    if (answer.status === 'error') return [notCompared(`${answer.error.type}: ${answer.error.message}`)];
    return linesOf(version.manifest ?? {}, answer.result);
  } catch (cause) {
    if (cause instanceof StartFailed || cause instanceof BuilderError) return [notCompared(cause.message)];
    throw cause;
  } finally {
    const stopped = deps.builder.stop(separate.id);
    deps.defer(stopped.catch((cause: unknown) => deps.log.warn('schemas.not_stopped', { deployment: id, cause })));
  }
}

type Schemas = z.infer<typeof madeSchemas>;

function linesOf(published: { [Name in keyof Schemas]: Schemas[Name] | null }, { text }: JsonText): string[] {
  if (text.length > deploymentLimits.schemasChars) return [notCompared(`they have ${text.length} characters`)];
  const made = madeSchemas.safeParse(JSON.parse(text));
  if (!made.success) return [notCompared('model_json_schema returned something else than an object')];
  const compared = schemaName.options.flatMap((name) => {
    const [own, other] = [published[name], made.data[name]];
    return own && other ? [{ name, fields: differingFields(own, other) }] : [];
  });
  const same = compared.filter(({ fields }) => fields.length === 0).map(({ name }) => name);
  return [
    ...(same.length === 0 ? [] : [`Schemas as Pydantic makes them: ${same.join(', ')}.`]),
    ...compared.filter(({ fields }) => fields.length > 0).map(({ fields, name }) => differs(name, fields)),
  ];
}

function differs(name: string, fields: readonly string[]): string {
  const { schemasFields, schemasFieldChars } = deploymentLimits;
  const shown = fields.slice(0, schemasFields).map((field) => field.slice(0, schemasFieldChars));
  const more = fields.length > shown.length ? ` and ${fields.length - shown.length} more` : '';
  return `manifest.py: the published ${name} differs from Pydantic's in ${shown.join(', ')}${more}.`;
}

function notCompared(reason: string): string {
  return `The published schemas were not compared with Pydantic's: ${reason}`;
}
