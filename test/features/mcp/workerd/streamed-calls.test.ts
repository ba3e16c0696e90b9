// Tests that values reported as progress stay bounded, and that a caller that leaves ends its call.
import { beforeAll, expect, test } from 'vitest';
import { origin } from '../../../support/client.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { exactScene } from '../../../support/scenes/exact-plugin.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { waitUntil } from '../../../support/waiting.ts';
import { callHeaders, callText, connect, mcpPath } from '../scenes/mcp.ts';

/** Yields `count` values, and then waits for minutes. */
const counting = `import asyncio
from shared.plugins.inference.serve import BaseInferenceService


class CountsInferenceService(BaseInferenceService):
    async def run_inference(self, inputs, parameters):
        for value in range(inputs["count"]):
            yield value
        await asyncio.sleep(600)
`;

let org: Organization;
beforeAll(async () => {
  ({ org } = await exactScene());
  await publish(org, plugin({ name: 'counts', files: { 'realtime.py': counting } }));
  await org.post(`${org.plugins}/counts_1_0_0/deploy`);
  await waitUntil(async () => Object((await org.get(`${org.plugins}/counts_1_0_0/status`)).body).deployed);
});

test('values that are small but many end the call, with the reason', async () => {
  const client = await connect(org);
  const reported: number[] = [];
  const onprogress = ({ progress }: { progress: number }) => void reported.push(progress);
  const result = await client.callTool({ name: 'counts', arguments: { count: 1e9 } }, { onprogress });
  expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('longer than') }] });
  expect(reported.length).toBeLessThan(20_000);
});

const plainHeaders = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

test.each([
  ['2026-07-28', callHeaders('counts'), callText('counts', '{"count": 1}', { progressToken: 1 })],
  [
    '2025-11-25',
    plainHeaders,
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"counts","arguments":{"count":1},"_meta":{"progressToken":1}}}',
  ],
])('by revision %s, a caller that leaves while the plugin is silent ends its call', async (_, headers, body) => {
  const limit = { name: 'counts', namespace_id: org.namespaceId, calls_per_minute: null, calls_at_once: 1 };
  expect((await org.put('/v1/call-limits', limit)).status).toBe(200);
  const init = { method: 'POST', headers: { ...headers, authorization: `Bearer ${org.key}` }, body };
  for (const _ of ['first', 'second']) {
    const response = await org.fetch(new Request(`${origin}${mcpPath(org)}`, init));
    const reader = response.body?.getReader();
    const text = new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();
    expect(text).toContain('notifications/progress');
  }
});
