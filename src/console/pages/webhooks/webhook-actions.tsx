// Actions on a webhook: test, recover, rotate its secret, enable, delete. edit-webhook.tsx has those that change what it gets.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { webhooksQuery } from '../../data/account-queries.ts';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { End, Ends } from '../../parts/actions/ends.tsx';
import { overlaps, RotateSecret } from '../../parts/actions/rotate-secret.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';
import { DisableWebhook, EditWebhook } from './edit-webhook.tsx';

type Webhook = Schemas['Webhook'];
interface Props {
  webhook: Webhook;
}

export function WebhookActions({ webhook }: Props) {
  const { endpoint_id, status } = webhook;
  const path = { endpoint_id };
  const changed = useWebhooksChanged();
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
      <DialogButton label="Recover" title="Redeliver what failed">
        {(close) => <Recover endpoint_id={endpoint_id} close={close} />}
      </DialogButton>
      <DialogButton label="Rotate the secret" title="Rotate the secret">
        {(close) => <Rotate endpoint_id={endpoint_id} close={close} />}
      </DialogButton>
      {error && <PageError error={error} />}
    </>
  );
}

export function WebhookEnds({ webhook }: Props) {
  return (
    <Ends>
      {webhook.status === 'enabled' && (
        <End effect="Disabling it ends pending deliveries, and sends nothing until it is enabled again.">
          <DisableWebhook webhook={webhook} />
        </End>
      )}
      <End effect="Deleting it deletes its deliveries too. It cannot be restored.">
        <Delete webhook={webhook} />
      </End>
    </Ends>
  );
}

function Delete({ webhook: { endpoint_id, url } }: Props) {
  const changed = useWebhooksChanged();
  const navigate = useNavigate();
  const remove = async () => {
    await api.delete('/v1/webhooks/{endpoint_id}', { path: { endpoint_id } });
    await navigate({ to: '/webhooks' });
    await changed();
  };
  return (
    <TypedConfirmation
      label="Delete"
      title="Delete the webhook"
      name={url}
      act={remove}
      command={() => ({
        cli: slipway(['webhooks', 'delete', endpoint_id], { yes: true }),
        path: `/v1/webhooks/${endpoint_id}`,
        method: 'DELETE',
      })}
    >
      <p>
        {url} receives nothing more, and its deliveries are deleted. It cannot be restored: a webhook for the same URL
        gets a new secret, and no events of the past.
      </p>
    </TypedConfirmation>
  );
}

function useWebhooksChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: webhooksQuery.queryKey });
}

interface FormProps {
  endpoint_id: string;
  close: () => void;
}

const hourMs = 3_600_000;
const periods: [hours: number, label: string][] = [
  [1, 'the last hour'],
  [24, 'the last day'],
  [24 * 7, 'the last 7 days'],
  [24 * 14 - 1, 'the last 14 days'],
];

function Recover({ endpoint_id, close }: FormProps) {
  const changed = useWebhooksChanged();
  const since = (form: FormData) => new Date(Date.now() - Number(textOf(form, 'hours')) * hourMs).toISOString();
  const recover = (form: FormData) =>
    api.post('/v1/webhooks/{endpoint_id}/recover', { path: { endpoint_id }, body: { since: since(form) } });
  const done = async ({ deliveries }: { deliveries: number }) => {
    await changed();
    say(`${deliveries === 1 ? '1 delivery is' : `${deliveries} deliveries are`} repeated.`);
    close();
  };
  return (
    <ActionForm
      submit="Redeliver all that failed"
      act={recover}
      done={done}
      cancel={close}
      command={(form) => ({
        cli: slipway(['webhooks', 'recover', endpoint_id], { since: `${textOf(form, 'hours')}h` }),
        path: `/v1/webhooks/${endpoint_id}/recover`,
        method: 'POST',
        body: { since: since(form) },
      })}
    >
      <p>
        Repeats every delivery that failed, and sends what happened while the webhook was disabled. The receiver knows
        an event that it got before by its <code>webhook-id</code>.
      </p>
      <Field label="Events of">
        {(ids) => (
          <select name="hours" {...ids}>
            {periods.map(([hours, label]) => (
              <option key={hours} value={hours}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
    </ActionForm>
  );
}

function Rotate({ endpoint_id, close }: FormProps) {
  const changed = useWebhooksChanged();
  const path = { endpoint_id };
  return (
    <RotateSecret
      command={['webhooks', 'rotate', endpoint_id]}
      path={`/v1/webhooks/${endpoint_id}/rotate`}
      label="The old secret signs for another"
      choices={overlaps.slice(0, 3)}
      rotate={async (body) => (await api.post('/v1/webhooks/{endpoint_id}/rotate', { path, body })).secret}
      done={changed}
      close={close}
    >
      <p>
        The new secret signs from now on. During the overlap the old one signs too, so that the receiver can be changed
        in that time.
      </p>
    </RotateSecret>
  );
}
