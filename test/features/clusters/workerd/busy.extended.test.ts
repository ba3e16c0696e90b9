// Tests what the caller of a plugin on Ray learns when the builder has no connection left for its organization, over HTTP. The builder's
// refusal is the text that it sends; test/builder/network/egress-shares.test.ts tests when it refuses.
import { expect, test } from 'vitest';
import { createKey } from '../../../../src/access/keys.ts';
import { fetchByBuilder } from '../../../../src/builders/egress.ts';
import type { EgressRefusal } from '../../../../src/contract/builder/egress.ts';
import { serving } from '../../../../src/contract/limits/serving.ts';
import { clientOf } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { adminAuthorization } from '../../../support/scenes/organization.ts';
import { live } from '../../../support/scenes/two-versions.ts';
import { connect, rayScene, withRay } from '../scenes/ray-scene.ts';

const message = 'too many requests of the organization wait for other hosts. Retry later';
const refusal: EgressRefusal = { refused: { code: 'busy', message } };
const busy = fetchByBuilder(async () => Response.json(refusal));

/** Returns a live plugin on Ray, and a Worker whose builder has no connections left. */
async function busyScene() {
  const s = await rayScene();
  await connect(s);
  await live(s, s.version);
  const fields = { name: 'caller', scopes: ['plugins:invoke' as const], namespaceIds: null };
  const { secret } = await createKey(s.deps, s.actor, fields);
  const { fetch } = testApp(withRay(s.deps, busy, s.actor.organizationId));
  return { s, fetch, caller: clientOf(`Bearer ${secret}`, fetch) };
}

test.each([
  ['a call', 'realtime'],
  ['a test call', 'realtime/test'],
])('%s for which the builder has no connection left gets 503 with Retry-After and the reason', async (_, path) => {
  const { s, caller } = await busyScene();
  const { status, headers, body } = await caller.post(
    `/v1/namespaces/${s.namespaceId}/plugins/by-name/hello_ext/${path}`,
    {
      inputs: {},
      parameters: {},
    },
  );
  expect([status, headers.get('retry-after')]).toEqual([503, String(serving.busyRetryAfterSeconds)]);
  expect(JSON.stringify(body)).toContain(`The cluster gpu was not called: ${message}.`);
});

test('a cluster whose check finds the builder busy is refused with that reason', async () => {
  const { fetch } = await busyScene();
  const operator = clientOf(adminAuthorization, fetch);
  const urls = { dashboard_url: 'https://ray.example.com', serve_url: 'https://serve.example.com' };
  const given = { name: 'other', ...urls, token: 'a-token-of-ray-0123456789abcdef', trusted_for: null };
  const { status, body } = await operator.post('/v1/admin/clusters', given);
  expect(status).toBe(422);
  expect(JSON.stringify(body)).toContain(message);
});
