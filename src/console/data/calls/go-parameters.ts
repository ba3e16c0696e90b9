// Makes fields of a form from the parameters that an action of a Go plugin declares.
import type { components } from '../../../client/api.gen.d.ts';

type Actions = NonNullable<NonNullable<components['schemas']['GoPlugin']['plugin_definition']>['actions']>;

interface ParameterField {
  name: string;
  property: { type?: string; description?: string };
  required: boolean;
}

/** Types in the words of Go manifests. Others are written as JSON. */
const jsonTypes: Readonly<Record<string, string>> = {
  string: 'string',
  text: 'string',
  number: 'number',
  float: 'number',
  integer: 'integer',
  int: 'integer',
  boolean: 'boolean',
  bool: 'boolean',
};

export function actionFields(action: Pick<Actions[number], 'parameters'> | undefined): ParameterField[] {
  return (action?.parameters ?? []).map(({ description, name, required = false, type = 'any' }) => {
    const known = jsonTypes[type.toLowerCase()];
    return {
      name,
      property: { ...(known !== undefined && { type: known }), ...(description !== undefined && { description }) },
      required,
    };
  });
}
