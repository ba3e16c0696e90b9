// Tests that a client of revision 2025-11-25 cancels its own call by a message, and nobody else's.
import { beforeAll, expect, test } from 'vitest';
import { origin } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { keyOf, type Organization, organization } from '../../../support/scenes/organization.ts';
import { waitUntil } from '../../../support/waiting.ts';
import { mcpPath } from '../scenes/mcp.ts';

/** Yields one value, and then waits for minutes. */
const waiting = `import asyncio
from shared.plugins.inference.serve import BaseInferenceService


class WaitsInferenceService(BaseInferenceService):
    async def run_inference(self, inputs, parameters):
        yield "runs"
        await asyncio.sleep(600)
`;

let org: Organization;
beforeAll(async () => {
  org = await organization();
  await publish(org, plugin({ name: 'waits', files: { 'realtime.py': waiting } }));
  await org.post(`${org.plugins}/waits_1_0_0/deploy`);
  await waitUntil(async () => Object((await org.get(`${org.plugins}/waits_1_0_0/status`)).body).deployed);
});

interface Sent {
  session?: string | null;
  key?: string;
  fetch?: Organization['fetch'];
}

function send(message: object, { fetch = org.fetch, key = org.key, session = null }: Sent = {}): Promise<Response> {
  const headers = new Headers({ 'content-type': 'application/json', authorization: `Bearer ${key}` });
  if (session !== null) headers.set('mcp-session-id', session);
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  return fetch(new Request(`${origin}${mcpPath(org)}`, { method: 'POST', headers, body }));
}

const clientInfo = { name: 'test', version: '1' };
const initialize = {
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
};

async function newSession(): Promise<string | null> {
  return (await send(initialize)).headers.get('mcp-session-id');
}

const calling = { name: 'waits', arguments: {}, _meta: { progressToken: 1 } };

/** Calls the tool, and returns the rest of its response once it runs. */
async function running(session: string | null, id: number | string) {
  const reader = (await send({ id, method: 'tools/call', params: calling }, { session })).body?.getReader();
  const decoder = new TextDecoder();
  expect(decoder.decode((await reader?.read())?.value)).toContain('runs');
  return {
    rest: async () => {
      let text = '';
      for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
        text += decoder.decode(piece.value);
      return text;
    },
  };
}

const cancel = (requestId: number | string, sent: Sent) =>
  send({ method: 'notifications/cancelled', params: { requestId, reason: 'user' } }, sent);

test('each first message begins a session of its own', async () => {
  const [one, other] = [await newSession(), await newSession()];
  expect(one).toMatch(/^[\w-]{36}$/);
  expect(other).not.toBe(one);
});

test('a cancellation ends the call of its key, session and ID, also from another isolate', async () => {
  const limit = { name: 'waits', namespace_id: org.namespaceId, calls_per_minute: null, calls_at_once: 1 };
  expect((await org.put('/v1/call-limits', limit)).status).toBe(200);
  const elsewhere = testApp().fetch;
  const session = await newSession();
  const call = await running(session, 1);
  const others: [requestId: number | string, sent: Sent][] = [
    [1, {}],
    [1, { session: await newSession() }],
    [1, { session, key: await keyOf(org) }],
    ['1', { session }],
    [2, { session }],
  ];
  for (const [requestId, sent] of others) expect((await cancel(requestId, sent)).status).toBe(202);
  expect(await (await send({ id: 3, method: 'tools/call', params: calling })).text()).toContain('isError');
  expect((await cancel(1, { session, fetch: elsewhere })).status).toBe(202);
  expect(await call.rest()).toContain('"isError":true');
});
