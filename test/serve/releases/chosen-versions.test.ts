// Tests calls by name that choose a version, and calls that a release shares out.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { goTwoLive } from '../../support/scenes/go-releasing.ts';
import { publishVersion, twoLive } from '../../support/scenes/releasing.ts';
import { byName, call } from './choosing.ts';

/** All calls with the same key go to the candidate, or none. */
const atHalf = { steps: [{ percent: 50 }], hold: '24h' };

test('a call by name reaches the chosen version, and says which one answered', async () => {
  const r = await twoLive();
  const plain = await call(r.org, byName(r));
  const chosen = await call(r.org, byName(r), { 'slipway-version': '1.0.1' });
  expect([plain.status, plain.version, plain.body]).toMatchObject([200, '1.0.0', { version: '1.0.0' }]);
  expect([chosen.status, chosen.version, chosen.body]).toMatchObject([200, '1.0.1', { version: '1.0.1' }]);
});

test('a chosen version must be live, and a version number', async () => {
  const r = await twoLive();
  await publishVersion(r.org, '1.0.2');
  expect((await call(r.org, byName(r), { 'slipway-version': '1.0.2' })).status).toBe(400);
  expect((await call(r.org, byName(r), { 'slipway-version': '9.9.9' })).status).toBe(404);
  const invalid = await call(r.org, byName(r), { 'slipway-version': 'latest' });
  expect([invalid.status, invalid.text]).toEqual([422, expect.stringContaining('slipway-version')]);
});

test('an operation of a Go plugin reaches the version that the release or the caller chooses, and says which', async () => {
  const { org } = await goTwoLive();
  const path = '/api/plugins/upper/call';
  const body = { method: 'execute', params: {} };
  const operation = (headers: Record<string, string> = {}) => call(org, path, headers, { body });
  expect((await operation()).version).toBe('v1.2.0');
  const missing = await operation({ 'slipway-version': 'v1.3.0' });
  expect([missing.status, missing.text]).toEqual([404, expect.stringContaining('upper has no live version v1.3.0')]);
  const started = await org.post(`/v1/namespaces/${org.namespaceId}/releases`, {
    ...{ plugin: 'upper', kind: 'pipeline', version: 'v1.3.0', plan: atHalf },
  });
  expect(z.object({ state: z.string() }).parse(started.body).state).toBe('rolling');
  for (const version of ['v1.2.0', 'v1.3.0']) {
    const answer = await operation({ 'slipway-version': version });
    expect([answer.status, answer.version, answer.body]).toEqual([200, version, { result: { upper: 'A' } }]);
  }
  const later = await operation({ 'slipway-version': 'v1.3.0', prefer: 'respond-async' });
  expect([later.status, later.text]).toEqual([400, expect.stringContaining("can't be sent with Prefer")]);
});
