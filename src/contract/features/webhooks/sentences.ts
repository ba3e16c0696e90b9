// Describes the events of webhooks in words, for lists that people read. `{name}` stands for a field in the event's data.

export const sentences = {
  'webhook.created': 'created a webhook for {host}',
  'webhook.updated': "changed a webhook's {fields}",
  'webhook.deleted': 'deleted a webhook',
  'webhook.enabled': 'enabled a webhook',
  'webhook.disabled': 'disabled a webhook: {because}',
  'webhook.timeout_shortened': "shortened a webhook's time limit to {timeout_seconds} s",
  'webhook.timeout_restored': "restored a webhook's time limit to {timeout_seconds} s",
  'webhook.secret_rotated': "rotated a webhook's secret",
  'webhook.test': 'sent a test event to a webhook',
  'webhook.redelivered': 'requested a redelivery of {event_id}',
  'attention.summary': 'found that {count} things need attention',
  'webhook.recovered': 'redelivered the failed events since {since}',
};
