// Describes what `--json` prints for the commands of webhooks.

export const outputs = {
  'webhooks delete': '`{success}`',
  'webhooks test': '`DeliveryInFull`; with `--no-wait`, `Delivery`',
  'webhooks redeliver': '`DeliveryInFull`; with `--no-wait`, `Delivery`',
  'webhooks listen': 'one `{verified, body}` per line; `body` is the delivered `Event`',
};
