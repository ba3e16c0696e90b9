// Derives form fields from the parameters that a Go plugin's action declares.
import type { components } from '../../../client/api.gen.d.ts';

type Actions = NonNullable<NonNullable<components['schemas']['GoPlugin']['plugin_definition']>['actions']>;

interface ParameterField {
  name: string;
  property: { type?: string; description?: string };
  required: boolean;
}

/** Type names as Go manifests use them. Other types are entered as JSON. */
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
