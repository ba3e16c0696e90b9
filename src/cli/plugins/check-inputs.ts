// Validates the inputs of a call against the schema that the plugin declares, so that a mistake is reported with its place instead of
// as an exception of the plugin. A schema that cannot be evaluated is skipped: only the plugin knows what it accepts.
import { type OutputUnit, Validator } from '@cfworker/json-schema';
import type { FieldError } from '../../client/errors.ts';
import type { JsonText } from '../../core/json/text.ts';
import { Failure } from '../failures/failure.ts';

const errorsMax = 10;

/** `argument` is where the value came from, such as `inputs`. */
export function schemaErrors(argument: string, value: JsonText, schema: Record<string, unknown> | null): FieldError[] {
  if (schema === null) return [];
  try {
    const { errors } = new Validator(schema, '2020-12', false).validate(value.parsed());
    return innermost(errors)
      .slice(0, errorsMax)
      .map(({ error, instanceLocation, keyword }) => ({
        loc: [argument, ...decodeURI(instanceLocation.slice(1)).split('/').slice(1)],
        msg: error.replace(/^Instance /, 'The value '),
        type: keyword,
      }));
  } catch {
    return [];
  }
}

/** Drops errors that only say that there are nested ones. */
function innermost(errors: OutputUnit[]): OutputUnit[] {
  return errors.filter(
    ({ keywordLocation }) => !errors.some((other) => other.keywordLocation.startsWith(`${keywordLocation}/`)),
  );
}

export function invalidInputs(plugin: string, fields: FieldError[]): Failure {
  return new Failure('usage', `the call does not match the input schema of ${plugin}`, {
    title: 'Invalid inputs',
    fields,
    hint: 'Correct the fields above. `--no-validate` sends the call as it is.',
  });
}
