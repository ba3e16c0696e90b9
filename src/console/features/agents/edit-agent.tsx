// Changes the description, labels and deprecation of an agent plugin's version. Nothing else about it can change.
import { z } from 'zod/mini';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { Action } from '../../parts/actions/action.tsx';
import { JsonField, jsonIn } from '../../parts/actions/json-field.tsx';
import { TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';

const textsByName = z.record(z.string(), z.string());

export default function EditAgent({ plugin, close }: { plugin: Schemas['AgentPlugin']; close: () => void }) {
  const { deprecation, description, id, labels } = plugin;
  return (
    <Action
      submit="Save"
      request={(form) => apiRequest('patch', '/api/v1/plugins/{id}', { path: { id }, body: changesIn(form) })}
      changes={[['agents']]}
      said={() => 'The version is changed.'}
      close={close}
    >
      <TextField name="description" label="Description" maxLength={2000} defaultValue={description ?? ''} />
      <JsonField
        name="labels"
        label="Labels as JSON"
        value={JSON.stringify(labels)}
        rows={2}
        schema={textsByName}
        problem="Use a JSON object of strings."
      />
      <TextField
        name="deprecation"
        label="Deprecation reason"
        hint="Leave empty if it isn't deprecated."
        maxLength={1000}
        defaultValue={deprecation ?? ''}
      />
    </Action>
  );
}

function changesIn(form: FormData) {
  return {
    description: readText(form, 'description') || null,
    labels: jsonIn(form, 'labels', textsByName) ?? {},
    deprecation: readText(form, 'deprecation') || null,
  };
}
