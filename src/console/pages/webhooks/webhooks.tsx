// The organization's webhooks: where events are sent, and whether they arrive.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { webhooksQuery } from '../../data/account-queries.ts';
import { api, type Schemas } from '../../data/api.ts';
import { eventGroups } from '../../data/events/event-types.ts';
import { withoutData } from '../../data/list-errors.ts';
import { slipway } from '../../data/shell.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { NewSecret } from '../../parts/secret.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { WebhookStatus } from './webhook-status.tsx';

export function WebhooksPage() {
  const { data } = useQuery({ ...webhooksQuery, ...withoutData });
  return (
    <>
      <PageHead
        title="Webhooks"
        actions={
          <DialogButton label="Create a webhook" title="Create a webhook" className="primary">
            {(close) => <CreateWebhook close={close} />}
          </DialogButton>
        }
      />
      {data?.results.length === 0 ? (
        <Empty command="slipway webhooks listen">
          No webhooks yet. A webhook is a URL that gets each event as a signed POST. To see what one receives, let the
          command line listen on this machine:
        </Empty>
      ) : (
        <Table caption="Webhooks" columns={columns} rows={data?.results} keyOf={({ endpoint_id }) => endpoint_id} />
      )}
      <AsCommand cli="slipway webhooks list" path="/v1/webhooks" />
    </>
  );
}

const columns: Column<Schemas['Webhook']>[] = [
  {
    id: 'url',
    title: 'URL',
    kind: 'varies',
    sortBy: ({ url }) => url,
    cell: ({ description, endpoint_id, url }) => (
      <>
        <Link to="/webhooks/$endpoint" params={{ endpoint: endpoint_id }} search={{}}>
          {visible(url)}
        </Link>{' '}
        {description !== null && <span className="quiet">{visible(description)}</span>}
      </>
    ),
  },
  {
    id: 'status',
    title: 'Status',
    sortBy: ({ status }) => status,
    cell: (webhook) => <WebhookStatus webhook={webhook} />,
  },
  { id: 'events', title: 'Events', hidden: 'below-600', cell: ({ events }) => events?.join(', ') ?? 'all' },
  {
    id: 'created',
    title: 'Created',
    kind: 'time',
    hidden: 'below-900',
    sortBy: ({ created_at }) => created_at,
    cell: ({ created_at }) => <Time at={created_at} />,
  },
];

function CreateWebhook({ close }: { close: () => void }) {
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string>();
  if (secret !== undefined)
    return (
      <>
        <NewSecret secret={secret}>
          <p>The receiver verifies the signature of each request with it.</p>
        </NewSecret>
        <button type="button" className="primary" onClick={close}>
          Done
        </button>
      </>
    );
  const done = async (created: { secret: string }) => {
    setSecret(created.secret);
    await queries.invalidateQueries({ queryKey: webhooksQuery.queryKey });
  };
  return (
    <ActionForm
      submit="Create the webhook"
      act={(form) => api.post('/v1/webhooks', { body: webhookIn(form) })}
      done={done}
      cancel={close}
      command={(form) => ({
        cli: slipway(['webhooks', 'create', textOf(form, 'url')], { events: webhookIn(form).events?.join(',') }),
        path: '/v1/webhooks',
        method: 'POST',
        body: webhookIn(form),
      })}
    >
      <Field label="URL that receives events">
        {(ids) => (
          <input
            name="url"
            type="url"
            required
            maxLength={2048}
            placeholder="https://hooks.example.com/slipway"
            {...ids}
          />
        )}
      </Field>
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
    </ActionForm>
  );
}

function webhookIn(form: FormData) {
  const chosen = new Set(form.getAll('events'));
  const events = eventGroups.filter((group) => chosen.has(group));
  return { url: textOf(form, 'url'), ...(events.length > 0 && { events }) };
}
