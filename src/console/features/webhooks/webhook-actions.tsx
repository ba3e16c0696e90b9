// Webhook actions: test, edit, recover, rotate its secret, enable, disable, delete.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, apiRequest, type Schemas } from '../../data/api.ts';
import { isEventFilter } from '../../data/events/event-filter.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog, End, Ends } from '../../parts/actions/action.tsx';
import { overlaps, RotateSecret } from '../../parts/actions/rotate-secret.tsx';
import { AreaField, NamespaceBoxes, namespacesIn, SelectField, TextField, wordsIn } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { webhooksQuery } from './queries.ts';

type Webhook = Schemas['Webhook'];
interface Props {
  webhook: Webhook;
}

export function WebhookActions({ webhook }: Props) {
  const { endpoint_id, status } = webhook;
  const path = { endpoint_id };
  const queries = useQueryClient();
  const changed = () => queries.invalidateQueries({ queryKey: webhooksQuery.queryKey });
  const test = useMutation({
    mutationFn: () => api.post('/v1/webhooks/{endpoint_id}/test', { path }),
    onSuccess: async () => {
      await changed();
      say('A test event is sent.');
    },
  });
  const enable = useMutation({
    mutationFn: () => api.post('/v1/webhooks/{endpoint_id}/enable', { path }),
    onSuccess: changed,
  });
  const error = test.error ?? enable.error;
  return (
    <>
      {status === 'enabled' ? (
        <button type="button" disabled={test.isPending} onClick={() => test.mutate()}>
          Send a test event
        </button>
      ) : (
        <button type="button" disabled={enable.isPending} onClick={() => enable.mutate()}>
          Enable
        </button>
      )}
      <EditWebhook webhook={webhook} />
      <Recover endpoint_id={endpoint_id} />
      <Rotate endpoint_id={endpoint_id} />
      {error && <PageError error={error} />}
    </>
  );
}

export function WebhookEnds({ webhook }: Props) {
  return (
    <Ends>
      {webhook.status === 'enabled' && (
        <End effect="Disabling it cancels pending deliveries. Nothing is sent until it is enabled again.">
          <DisableWebhook webhook={webhook} />
        </End>
      )}
      <End effect="Deleting it also deletes its deliveries. This cannot be undone.">
        <Delete webhook={webhook} />
      </End>
    </Ends>
  );
}

function Delete({ webhook: { endpoint_id, url } }: Props) {
  return (
    <ActionDialog
      label="Delete"
      title="Delete the webhook"
      typed={url}
      request={() => apiRequest('delete', '/v1/webhooks/{endpoint_id}', { path: { endpoint_id } })}
      cli={() => slipway(['webhooks', 'delete', endpoint_id], { yes: true })}
      changes={[webhooksQuery.queryKey]}
      goTo={() => ({ to: '/webhooks' })}
    >
      <p>
        {url} receives no more events, and its deliveries are deleted. This cannot be undone: a new webhook for the same
        URL gets a new secret and no past events.
      </p>
    </ActionDialog>
  );
}

const hourMs = 3_600_000;
const periods: [hours: string, label: string][] = [
  ['1', 'the last hour'],
  ['24', 'the last day'],
  [`${24 * 7}`, 'the last 7 days'],
  [`${24 * 14 - 1}`, 'the last 14 days'],
];

function Recover({ endpoint_id }: { endpoint_id: string }) {
  const path = { endpoint_id };
  const since = (form: FormData) => new Date(Date.now() - Number(readText(form, 'hours')) * hourMs).toISOString();
  return (
    <ActionDialog
      label="Recover"
      title="Redeliver what failed"
      submit="Redeliver all failed events"
      request={(form) =>
        apiRequest('post', '/v1/webhooks/{endpoint_id}/recover', { path, body: { since: since(form) } })
      }
      cli={(form) => slipway(['webhooks', 'recover', endpoint_id], { since: `${readText(form, 'hours')}h` })}
      changes={[webhooksQuery.queryKey]}
      said={({ deliveries }) => `${deliveries === 1 ? '1 delivery is' : `${deliveries} deliveries are`} repeated.`}
    >
      <p>
        Repeats every failed delivery, and sends the events that the disabled webhook missed. The receiver recognizes a
        repeated event by its <code>webhook-id</code>.
      </p>
      <SelectField name="hours" label="Events of" choices={periods} />
    </ActionDialog>
  );
}

function Rotate({ endpoint_id }: { endpoint_id: string }) {
  const path = { endpoint_id };
  return (
    <RotateSecret
      label="Rotate the secret"
      title="Rotate the secret"
      words={['webhooks', 'rotate', endpoint_id]}
      question="The old secret also signs for"
      choices={overlaps.slice(0, 3)}
      request={(body) => apiRequest('post', '/v1/webhooks/{endpoint_id}/rotate', { path, body })}
      secretIn={({ secret }) => secret}
      changes={[webhooksQuery.queryKey]}
    >
      <p>
        The new secret signs from now on. During the overlap, the old one signs too, so you can update the receiver in
        that time.
      </p>
    </RotateSecret>
  );
}

function EditWebhook({ webhook }: Props) {
  const { description, endpoint_id, events, namespace_ids, url } = webhook;
  const path = { endpoint_id };
  return (
    <ActionDialog
      label="Edit"
      title="Edit the webhook"
      submit="Save"
      request={(form) => apiRequest('patch', '/v1/webhooks/{endpoint_id}', { path, body: changesIn(form) })}
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
        hint="One per line. `deployment.` matches every type that starts with it. If empty, all events."
        rows={4}
        defaultValue={events?.join('\n') ?? ''}
      />
      <NamespaceBoxes chosen={namespace_ids ?? []} />
    </ActionDialog>
  );
}

function changesIn(form: FormData) {
  const events = wordsIn(form, 'events').filter(isEventFilter);
  return {
    url: readText(form, 'url'),
    description: readText(form, 'description') || null,
    events: events.length === 0 ? null : events,
    namespace_ids: namespacesIn(form),
  };
}

function DisableWebhook({ webhook: { endpoint_id } }: Props) {
  const path = { endpoint_id };
  return (
    <ActionDialog
      label="Disable"
      title="Disable the webhook"
      className="small"
      request={() => apiRequest('post', '/v1/webhooks/{endpoint_id}/disable', { path })}
      changes={[webhooksQuery.queryKey]}
      said={() => 'The webhook is disabled.'}
    >
      <p>
        Pending deliveries fail. Nothing is sent until it is enabled again. Recovering then sends the missed events.
      </p>
    </ActionDialog>
  );
}
