// Rows of the doubling test: what Git providers send, and refs.
import { deployHooks } from '../../../../src/contract/features/deploy-hooks/limits.ts';
import { isSameRepository, readDelivery, readPayload } from '../../../../src/features/deploy-hooks/payloads.ts';
import { matchesRef } from '../../../../src/features/deploy-hooks/ref-patterns.ts';
import { isSigned } from '../../../../src/features/deploy-hooks/signatures.ts';
import { statusApi } from '../../../../src/features/deploy-hooks/status-token.ts';
import type { Rows } from '../../../doubling/row.ts';

const bytes = (text: string) => Uint8Array.from(new TextEncoder().encode(text));
const headers = (text: string) =>
  new Headers({ 'x-github-delivery': text, 'x-github-event': text, 'webhook-signature': text });

const longPatterns = Array.from({ length: 50 }, (_, nth) =>
  nth % 2 === 0 ? `**${'a'.repeat(197)}b` : `${'*a**a'.repeat(40)}`,
);

export const rows: Rows = {
  "a provider's payload is read": {
    run: (text) => [readPayload('github', 'push', text), readPayload('gitlab', 'Push Hook', text)],
    charsMax: deployHooks.bodyBytes,
    places: {
      whole: (text) => text,
      ref: (text) => JSON.stringify({ ref: `refs/heads/${text}`, repository: {} }),
      commit: (text) => JSON.stringify({ ref: 'refs/heads/a', after: text, repository: {}, project: {} }),
      repository: (text) => JSON.stringify({ ref: 'refs/heads/a', repository: { clone_url: text } }),
    },
  },
  "a provider's headers are read": { run: (text) => readDelivery('github', headers(text)), charsMax: 16 * 1024 },
  "a provider's signature is verified": {
    run: (text) => isSigned('github', { headers: headers('a'), body: bytes(text), receivedAt: 0 }, ['a']),
    charsMax: deployHooks.bodyBytes,
  },
  'a repository is compared': {
    run: (text) => [isSameRepository(`https://a.b/${text}`, text), statusApi(`https://a.b/${text}`)],
    charsMax: 2048,
  },
  'a ref is matched': {
    // As many patterns as a hook may have, each as long as it may be.
    run: (text) => matchesRef({ branches: longPatterns, tags: [] }, `refs/heads/${text}!`),
    charsMax: 300,
    shapes: { 'the beginning of patterns': (chars) => 'a'.repeat(chars) },
  },
};
