// Rows of what only the Worker reads.
import { dependencyChanges } from '../../../../src/registry/diff/dependency-changes.ts';
import { retryAfterMs } from '../../../../src/signed-requests/retry-schedule.ts';
import { decodeWebhookSecret } from '../../../../src/signed-requests/secrets.ts';
import type { Rows } from '../../row.ts';

const headerChars = 16 * 1024;

export const rows: Rows = {
  'dependencies are compared': {
    run: (text) => dependencyChanges(text.split(/[\s,/]+/), text.split(/[\n&:]+/)),
    charsMax: 256 * 1024,
  },
  "a receiver's header is read": { run: (text) => retryAfterMs(text, 0), charsMax: headerChars },
  "a webhook's secret is read": { run: (text) => decodeWebhookSecret(`whsec_${text}`), charsMax: headerChars },
};
