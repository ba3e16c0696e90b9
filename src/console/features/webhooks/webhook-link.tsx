// Links to a webhook.
import { Link } from '@tanstack/react-router';

export function WebhookLink({ id }: { id: string }) {
  return (
    <Link to="/webhooks/$endpoint" params={{ endpoint: id }} search={{}}>
      the webhook
    </Link>
  );
}
