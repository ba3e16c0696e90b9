// Tests that a release holds for agents' tools as for calls over REST.
import { expect, test } from 'vitest';
import { clientOf } from '../../../support/client.ts';
import { keyOf } from '../../../support/scenes/organization.ts';
import { personIn } from '../../../support/scenes/people.ts';
import { makeLive, type Releasing, releasing, twoLive } from '../../../support/scenes/releasing.ts';
import { approve, stage } from '../../../support/scenes/staged.ts';
import { connect, mcpPath } from '../scenes/mcp.ts';
import { type Call, callOverMcp, half, type Scene, saying, startOf, whole } from '../scenes/releases.ts';

/** Calls the plugin over REST, and returns the version that answered. */
async function callOverRest({ org }: Scene, { caller, key = org.key }: Call): Promise<string | null> {
  const headers = caller === undefined ? {} : { 'slipway-key': caller };
  const path = `${org.plugins}/by-name/hello_ext/realtime`;
  const { headers: answered } = await clientOf(`Bearer ${key}`, org.fetch).send('POST', path, {
    body: { inputs: {} },
    headers,
  });
  return answered.get('slipway-version');
}

const callers: [by: string, plan: object, caller: (nth: number, r: Releasing) => Promise<Call>][] = [
  ['the header Slipway-Key', half, async (nth) => ({ caller: `user-${nth}` })],
  ['its API key', { ...half, sticky: 'key' }, async (_, { org }) => ({ key: await keyOf(org) })],
];

test.each(callers)('a caller known by %s gets the same version as a tool and over REST', async (_, plan, caller) => {
  const r = await releasing(plan);
  const seen = await Promise.all(
    Array.from({ length: 16 }, async (_, nth) => {
      const call = await caller(nth, r);
      const { structuredContent } = await callOverMcp(r, call);
      return [Object(structuredContent).version, await callOverRest(r, call)];
    }),
  );
  expect(seen.filter(([tool, rest]) => tool !== rest)).toEqual([]);
  expect(new Set(seen.flat())).toEqual(new Set(['1.0.0', '1.0.1']));
});

test('a set that demands approval stays with the approved version', async () => {
  const r = await twoLive();
  const approver = await personIn(r.org, 'Bo');
  const files = { 'realtime.py': saying('approved') };
  expect((await stage(r.org, { version: '1.0.2', files }, { stage: true })).status).toBe(200);
  expect((await approve(approver, 'hello_ext_1_0_2')).status).toBe(200);
  await makeLive(r, '1.0.2');
  const set = { requires_approval: true, tools: [{ name: 'hello', plugin: 'hello_ext' }] };
  const path = `/v1/namespaces/${r.org.namespaceId}/tool-sets/approved`;
  expect((await r.org.send('PUT', path, { body: set })).status).toBe(200);
  await startOf(r, '1.0.1', whole);
  expect(await callOverMcp(r)).toMatchObject({ structuredContent: { version: '1.0.1' } });
  const client = await connect(r.org, { path: mcpPath(r.org, 'approved') });
  expect(await client.callTool({ name: 'hello', arguments: {} })).toMatchObject({
    structuredContent: { version: 'approved' },
  });
});
