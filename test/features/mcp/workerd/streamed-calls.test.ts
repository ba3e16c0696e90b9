// Tests that a caller that leaves while a plugin reports its progress ends its call.
import { expect, test } from 'vitest';
import { origin } from '../../../support/client.ts';
import { countingOrganization } from '../scenes/counting.ts';
import { callHeaders, callText, mcpPath } from '../scenes/mcp.ts';

const org = await countingOrganization();

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
