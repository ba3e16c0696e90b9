// The state of a webhook and of a delivery.
import type { Schemas } from '../../data/api.ts';
import { Status, type Tone } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';

const disabledBecause = {
  request: 'disabled by request',
  gone: 'disabled: the receiver responded with 410',
  failing: 'disabled: deliveries failed for five days',
};

export function WebhookStatus({ webhook }: { webhook: Schemas['Webhook'] }) {
  const { status, disabled_because, failing_since } = webhook;
  if (status === 'disabled')
    return (
      <Status tone={disabled_because === 'request' ? 'quiet' : 'bad'}>
        {disabledBecause[disabled_because ?? 'request']}
      </Status>
    );
  if (failing_since === null) return <Status tone="good">enabled</Status>;
  return (
    <>
      <Status tone="warning">failing</Status>
      <span className="quiet">
        since <Time at={failing_since} />
      </span>
    </>
  );
}

const toneOfDelivery: Record<Schemas['Delivery']['status'], Tone> = {
  pending: 'busy',
  succeeded: 'good',
  failed: 'bad',
};

export function DeliveryStatus({ status }: { status: Schemas['Delivery']['status'] }) {
  return <Status tone={toneOfDelivery[status]}>{status}</Status>;
}
