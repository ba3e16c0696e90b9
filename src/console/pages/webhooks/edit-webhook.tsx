// Changes what a webhook gets and where it goes, and disables it. Its secret stays the same.
import { useSuspenseQuery } from '@tanstack/react-query';
import { webhooksQuery } from '../../data/account-queries.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { isEventFilter } from '../../data/events/event-types.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { AreaField, CheckBox, TextField, wordsIn } from '../../parts/fields.tsx';
import { textOf } from '../../parts/form.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Props {
  webhook: Schemas['Webhook'];
}

export function EditWebhook({ webhook }: Props) {
  const { description, endpoint_id, events, namespace_ids, url } = webhook;
  const path = { endpoint_id };
  return (
    <ActionDialog
      label="Edit"
      title="Edit the webhook"
      submit="Save"
      request={(form) => apiRequest('patch', '/v1/webhooks/{endpoint_id}', { path, body: changesIn(form) })}
      cli={(form) => slipway(['webhooks', 'edit', endpoint_id], optionsFor(changesIn(form)))}
      changes={[webhooksQuery.queryKey]}
      said={() => 'The webhook is changed.'}
    >
      <TextField
        name="url"
        label="URL that receives events"
        type="url"
        required
        maxLength={2048}
        defaultValue={url}
        autoComplete="on"
      />
      <TextField name="description" label="Description" maxLength={500} defaultValue={description ?? ''} />
      <AreaField
        name="events"
        label="Types of events"
        hint="One per line. `deployment.` stands for all that begin so. Left empty: all."
        rows={4}
        defaultValue={events?.join('\n') ?? ''}
      />
      <Namespaces chosen={namespace_ids ?? []} />
    </ActionDialog>
  );
}

function Namespaces({ chosen }: { chosen: readonly string[] }) {
  const { data } = useSuspenseQuery(namespacesQuery);
  return (
    <fieldset>
      <legend>Only of the namespaces (none chosen: all)</legend>
      {data.results.map(({ namespace_id: id, namespace_name }) => (
        <CheckBox key={id} name="namespace" value={id} defaultChecked={chosen.includes(id)}>
          {visible(namespace_name)}
        </CheckBox>
      ))}
    </fieldset>
  );
}

function changesIn(form: FormData) {
  const events = wordsIn(form, 'events').filter(isEventFilter);
  const namespaces = form.getAll('namespace').filter((id) => typeof id === 'string');
  return {
    url: textOf(form, 'url'),
    description: textOf(form, 'description') || null,
    events: events.length === 0 ? null : events,
    namespace_ids: namespaces.length === 0 ? null : namespaces,
  };
}

function optionsFor({ url, description, events, namespace_ids }: ReturnType<typeof changesIn>) {
  return {
    url,
    description: description ?? '',
    events: events?.join(',') ?? 'all',
    only: namespace_ids ?? 'all',
  };
}

export function DisableWebhook({ webhook: { endpoint_id } }: Props) {
  const path = { endpoint_id };
  return (
    <ActionDialog
      label="Disable"
      title="Disable the webhook"
      className="small"
      request={() => apiRequest('post', '/v1/webhooks/{endpoint_id}/disable', { path })}
      cli={() => slipway(['webhooks', 'disable', endpoint_id])}
      changes={[webhooksQuery.queryKey]}
      said={() => 'The webhook is disabled.'}
    >
      <p>
        Pending deliveries fail, and nothing is sent until it is enabled again. Recovering then sends what happened in
        the meantime.
      </p>
    </ActionDialog>
  );
}
