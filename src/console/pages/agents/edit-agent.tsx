// Changes the description, the labels and the deprecation of a version of an agent plugin. Nothing else about it can change.
import { useQueryClient } from '@tanstack/react-query';
import { z } from 'zod/mini';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { JsonField, jsonIn } from '../../parts/actions/json-field.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';

const textsByName = z.record(z.string(), z.string());

export default function EditAgent({ plugin, close }: { plugin: Schemas['AgentPlugin']; close: () => void }) {
  const { deprecation, description, id, labels } = plugin;
  const queries = useQueryClient();
  const done = async () => {
    await queries.invalidateQueries({ queryKey: ['agents'] });
    close();
    say('The version is changed.');
  };
  return (
    <ActionForm
      submit="Save"
      act={(form) => api.patch('/api/v1/plugins/{id}', { path: { id }, body: changesIn(form) })}
      done={done}
      cancel={close}
      command={(form) => commandOf(id, changesIn(form))}
    >
      <Field label="Description">
        {(ids) => (
          <input name="description" maxLength={2000} defaultValue={description ?? ''} autoComplete="off" {...ids} />
        )}
      </Field>
      <JsonField
        name="labels"
        label="Labels as JSON"
        value={JSON.stringify(labels)}
        rows={2}
        schema={textsByName}
        problem="Use a JSON object whose values are texts."
      />
      <Field label="Why it should no longer be used" hint="Left empty: it may be used.">
        {(ids) => (
          <input name="deprecation" maxLength={1000} defaultValue={deprecation ?? ''} autoComplete="off" {...ids} />
        )}
      </Field>
    </ActionForm>
  );
}

function changesIn(form: FormData) {
  return {
    description: textOf(form, 'description') || null,
    labels: jsonIn(form, 'labels', textsByName) ?? {},
    deprecation: textOf(form, 'deprecation') || null,
  };
}

function commandOf(id: string, changes: ReturnType<typeof changesIn>) {
  const { deprecation, description, labels } = changes;
  return {
    cli: slipway(['agents', 'edit', id], {
      description: description ?? '',
      label: Object.entries(labels).map(([name, value]) => `${name}=${value}`),
      deprecation: deprecation ?? '',
    }),
    path: `/api/v1/plugins/${id}`,
    method: 'PATCH',
    body: changes,
  } as const;
}
