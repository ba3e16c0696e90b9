// Rows of what only the Worker reads.
import { dependencyChanges } from '../../../../src/registry/diff/dependency-changes.ts';
import { fileChanges } from '../../../../src/registry/diff/file-changes.ts';
import { retryAfterMs } from '../../../../src/signed-requests/retry-schedule.ts';
import { decodeWebhookSecret } from '../../../../src/signed-requests/secrets.ts';
import type { Rows } from '../../row.ts';

const headerChars = 16 * 1024;

/** Compares a file with another one. */
function changes(before: string, after: string) {
  const side = (text: string) => ({ entries: new Map([['a', entry]]), contents: new Map([['a', text]]) });
  return fileChanges(['a'], side(before), side(after));
}

const entry = {
  ...{ path: 'a', size: 1, compressedSize: 1, offset: 0, sha256: null, crc32: 0 },
  ...({ method: 'stored', source: true } as const),
};

export const rows: Rows = {
  'two texts are compared': {
    run: (text) => changes(text, text.split('').reverse().join('')),
    charsMax: 2 * 1024 * 1024,
  },
  'a text is compared with one that has more lines': {
    run: (text) => changes(text, text.replaceAll('\n', '\nx\n')),
    charsMax: 1024 * 1024,
  },
  'dependencies are compared': {
    run: (text) => dependencyChanges(text.split(/[\s,/]+/), text.split(/[\n&:]+/)),
    charsMax: 256 * 1024,
  },
  "a receiver's header is read": { run: (text) => retryAfterMs(text, 0), charsMax: headerChars },
  "a webhook's secret is read": { run: (text) => decodeWebhookSecret(`whsec_${text}`), charsMax: headerChars },
};
