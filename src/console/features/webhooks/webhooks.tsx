// The organization's webhooks: where Slipway sends events, and whether they arrive.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { withoutData } from '../../data/paged-query.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { NewSecret } from '../../parts/actions/rotate-secret.tsx';
import { timeColumn } from '../../parts/columns.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { CheckBox, TextField } from '../../parts/fields.tsx';
import { eventGroups } from '../../parts/filters/event-types.ts';
import { readText } from '../../parts/form.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';
import { webhooksQuery } from './queries.ts';
import { WebhookStatus } from './webhook-status.tsx';

export function WebhooksPage() {
  const { data } = useQuery({ ...webhooksQuery, ...withoutData });
  return (
    <>
      <PageHead title="Webhooks" actions={<CreateWebhook />} />
      {data?.results.length === 0 ? (
        <Empty command="slipway webhooks listen">
          No webhooks yet. A webhook is a URL that gets each event as a signed POST. To see what one receives, listen on
          this machine:
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
  timeColumn('created', 'Created', ({ created_at }) => created_at, 'below-900'),
];

function CreateWebhook() {
  return (
    <ActionDialog
      label="Create a webhook"
      title="Create a webhook"
      className="primary"
      submit="Create the webhook"
      request={(form) => apiRequest('post', '/v1/webhooks', { body: webhookIn(form) })}
      cli={(form) =>
        slipway(['webhooks', 'create', readText(form, 'url')], { events: webhookIn(form).events?.join(',') })
      }
      changes={[webhooksQuery.queryKey]}
      shows={({ secret }) => (
        <NewSecret secret={secret}>
          <p>The receiver uses it to verify each request's signature.</p>
        </NewSecret>
      )}
    >
      <TextField
        name="url"
        label="URL that receives events"
        type="url"
        required
        maxLength={2048}
        placeholder="https://hooks.example.com/slipway"
        autoComplete="on"
      />
      <fieldset>
        <legend>Events (none selected: all)</legend>
        <div className="choices">
          {eventGroups().map((group) => (
            <CheckBox key={group} name="events" value={group}>
              {group}*
            </CheckBox>
          ))}
        </div>
      </fieldset>
    </ActionDialog>
  );
}

function webhookIn(form: FormData) {
  const chosen = new Set(form.getAll('events'));
  const events = eventGroups().filter((group) => chosen.has(group));
  return { url: readText(form, 'url'), ...(events.length > 0 && { events }) };
}
