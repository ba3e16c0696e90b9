// Tests that a release holds for agents' tools as for calls over REST.
import { expect, test } from 'vitest';
import { personIn } from '../../../support/scenes/people.ts';
import { makeLive, twoLive } from '../../../support/scenes/releasing.ts';
import { approve, stage } from '../../../support/scenes/staged.ts';
import { connect, mcpPath } from '../scenes/mcp.ts';
import { callOverMcp, saying, startOf, whole } from '../scenes/releases.ts';

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
