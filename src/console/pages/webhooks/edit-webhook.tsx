// Changes what a webhook gets and where it goes, and disables it. Its secret stays the same.
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { webhooksQuery } from '../../data/account-queries.ts';
import { api, type Schemas } from '../../data/api.ts';
import { isEventFilter } from '../../data/events/event-types.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Props {
  webhook: Schemas['Webhook'];
}

interface FormProps extends Props {
  close: () => void;
}

export function EditWebhook({ webhook }: Props) {
  return (
    <DialogButton label="Edit" title="Edit the webhook">
      {(close) => <Edit webhook={webhook} close={close} />}
    </DialogButton>
  );
}

function Edit({ webhook, close }: FormProps) {
  const { description, endpoint_id, events, url } = webhook;
  const done = useChanged('The webhook is changed.', close);
  return (
    <ActionForm
      submit="Save"
      act={(form) => api.patch('/v1/webhooks/{endpoint_id}', { path: { endpoint_id }, body: changesIn(form) })}
      done={done}
      cancel={close}
      command={(form) => ({
        cli: slipway(['webhooks', 'edit', endpoint_id], optionsOf(changesIn(form))),
        path: `/v1/webhooks/${endpoint_id}`,
        method: 'PATCH',
        body: changesIn(form),
      })}
    >
      <Field label="URL that receives events">
        {(ids) => <input name="url" type="url" required maxLength={2048} defaultValue={url} {...ids} />}
      </Field>
      <Field label="Description">
        {(ids) => (
          <input name="description" maxLength={500} defaultValue={description ?? ''} autoComplete="off" {...ids} />
        )}
      </Field>
      <Field label="Types of events" hint="One per line. `deployment.` stands for all that begin so. Left empty: all.">
        {(ids) => <textarea name="events" rows={4} defaultValue={events?.join('\n') ?? ''} {...ids} />}
      </Field>
      <Namespaces chosen={webhook.namespace_ids ?? []} />
    </ActionForm>
  );
}

function Namespaces({ chosen }: { chosen: readonly string[] }) {
  const { data } = useSuspenseQuery(namespacesQuery);
  return (
    <fieldset>
      <legend>Only of the namespaces (none chosen: all)</legend>
      {data.results.map(({ namespace_id, namespace_name }) => (
        <label key={namespace_id} className="choice">
          <input type="checkbox" name="namespace" value={namespace_id} defaultChecked={chosen.includes(namespace_id)} />{' '}
          {visible(namespace_name)}
        </label>
      ))}
    </fieldset>
  );
}

function changesIn(form: FormData) {
  const events = textOf(form, 'events').split(/\s+/).filter(isEventFilter);
  const namespaces = form.getAll('namespace').filter((id) => typeof id === 'string');
  return {
    url: textOf(form, 'url'),
    description: textOf(form, 'description') || null,
    events: events.length === 0 ? null : events,
    namespace_ids: namespaces.length === 0 ? null : namespaces,
  };
}

function optionsOf({ url, description, events, namespace_ids }: ReturnType<typeof changesIn>) {
  return {
    url,
    description: description ?? '',
    events: events?.join(',') ?? 'all',
    only: namespace_ids ?? 'all',
  };
}

export function DisableWebhook({ webhook }: Props) {
  return (
    <DialogButton label="Disable" title="Disable the webhook" className="small">
      {(close) => <Disable webhook={webhook} close={close} />}
    </DialogButton>
  );
}

function Disable({ webhook: { endpoint_id }, close }: FormProps) {
  const done = useChanged('The webhook is disabled.', close);
  return (
    <ActionForm
      submit="Disable"
      act={() => api.post('/v1/webhooks/{endpoint_id}/disable', { path: { endpoint_id } })}
      done={done}
      cancel={close}
      command={() => ({
        cli: slipway(['webhooks', 'disable', endpoint_id]),
        path: `/v1/webhooks/${endpoint_id}/disable`,
        method: 'POST',
      })}
    >
      <p>
        Pending deliveries fail, and nothing is sent until it is enabled again. Recovering then sends what happened in
        the meantime.
      </p>
    </ActionForm>
  );
}

function useChanged(message: string, close: () => void): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await queries.invalidateQueries({ queryKey: webhooksQuery.queryKey });
    close();
    say(message);
  };
}
