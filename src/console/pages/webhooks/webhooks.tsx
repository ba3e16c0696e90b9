// The organization's webhooks: where events are sent, and whether they arrive.
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { webhooksQuery } from '../../data/account-queries.ts';
import { api, type Schemas } from '../../data/api.ts';
import { eventGroups } from '../../data/event-types.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { DialogButton, DialogEnd } from '../../parts/dialog.tsx';
import { Empty, PageError } from '../../parts/page-states.tsx';
import { NewSecret } from '../../parts/secret.tsx';
import { Time } from '../../parts/time.tsx';
import { useTitle } from '../../parts/title.ts';
import { WebhookStatus } from './webhook-status.tsx';

export function WebhooksPage() {
  const { data } = useSuspenseQuery(webhooksQuery);
  useTitle('Webhooks');
  return (
    <>
      <h1>Webhooks</h1>
      <DialogButton label="Create a webhook…" title="Create a webhook" className="primary">
        {(close) => <CreateWebhook close={close} />}
      </DialogButton>
      {data.results.length === 0 ? (
        <Empty command="slipway webhooks listen">
          No webhooks yet. A webhook is a URL that gets each event as a signed POST. To see what one receives, let the
          command line listen on this machine:
        </Empty>
      ) : (
        <WebhookTable webhooks={data.results} />
      )}
      <AsCommand cli="slipway webhooks list" path="/v1/webhooks" />
    </>
  );
}

function WebhookTable({ webhooks }: { webhooks: Schemas['Webhook'][] }) {
  return (
    <DataTable caption="Webhooks" columns={['URL', 'Status', 'Events', 'Created']}>
      {webhooks.map((webhook) => (
        <tr key={webhook.endpoint_id}>
          <th scope="row">
            <Link to="/webhooks/$endpoint" params={{ endpoint: webhook.endpoint_id }} search={{}}>
              {webhook.url}
            </Link>
            {webhook.description !== null && <p className="quiet">{webhook.description}</p>}
          </th>
          <td>
            <WebhookStatus webhook={webhook} />
          </td>
          <td data-label="Events">{webhook.events?.join(', ') ?? 'all'}</td>
          <td data-label="Created">
            <Time at={webhook.created_at} />
          </td>
        </tr>
      ))}
    </DataTable>
  );
}

function CreateWebhook({ close }: { close: () => void }) {
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (body: { url: string; events?: Schemas['EventFilter'][] }) => api.post('/v1/webhooks', { body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: webhooksQuery.queryKey }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const chosen = new Set(form.getAll('events'));
    const events = eventGroups.filter((group) => chosen.has(group));
    create.mutate({ url: String(form.get('url')), ...(events.length === 0 ? {} : { events }) });
  };
  if (create.data)
    return (
      <>
        <NewSecret secret={create.data.secret}>
          <p>The receiver verifies the signature of each request with it.</p>
        </NewSecret>
        <button type="button" className="primary" onClick={close}>
          Done
        </button>
      </>
    );
  return (
    <form onSubmit={submit}>
      <label htmlFor="url">URL that receives events</label>
      <input id="url" name="url" type="url" required maxLength={2048} placeholder="https://hooks.example.com/slipway" />
      <fieldset>
        <legend>Events (none chosen: all)</legend>
        <div className="choices">
          {eventGroups.map((group) => (
            <label key={group} className="choice">
              <input type="checkbox" name="events" value={group} /> {group}*
            </label>
          ))}
        </div>
      </fieldset>
      {create.error && <PageError error={create.error} />}
      <DialogEnd close={close} isDisabled={create.isPending}>
        Create the webhook
      </DialogEnd>
    </form>
  );
}
