// Tests that live plugins are tools for the official client, by both revisions of the protocol, and that values pass unchanged.
import { beforeAll, describe, expect, test } from 'vitest';
import { type ExactScene, exactScene, samples } from '../../../support/scenes/exact-plugin.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { callHeaders, callText, connect, mcpPath, textContent } from '../scenes/mcp.ts';

let scene: ExactScene;
let org: Organization;
beforeAll(async () => {
  scene = await exactScene();
  org = scene.org;
});

describe.each(['2026-07-28', '2025-11-25'] as const)('by revision %s', (revision) => {
  test('live plugins are tools', async () => {
    const client = await connect(org, { revision });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['exact', 'gathers', 'yields']);
    expect(tools[0]).toMatchObject({
      title: 'Exact',
      description: 'Says hello',
      inputSchema: { type: 'object' },
      outputSchema: { type: 'object' },
      annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
    });
  });

  test('a call is answered with structured content and the same as text', async () => {
    const client = await connect(org, { revision });
    const result = await client.callTool({ name: 'exact', arguments: { a: 1 } });
    expect(result.structuredContent).toMatchObject({ seen: "{'a': 1}", back: { a: 1 } });
    expect(JSON.parse(textContent.parse(result).content[0].text)).toEqual(result.structuredContent);
  });

  test('values are reported as they are yielded, and are the answer together', async () => {
    const client = await connect(org, { revision });
    const seen: unknown[] = [];
    const onprogress = ({ message, progress }: { message?: string | undefined; progress: number }) =>
      void seen.push([progress, JSON.parse(message ?? '')]);
    const { structuredContent } = await client.callTool({ name: 'yields', arguments: { a: 1 } }, { onprogress });
    const value = { seen: "{'a': 1}", back: { a: 1 } };
    expect([seen, structuredContent]).toEqual([[[1, value]], { values: [value] }]);
  });

  test('an unknown tool is refused', async () => {
    const client = await connect(org, { revision });
    await expect(client.callTool({ name: 'absent', arguments: {} })).rejects.toThrow('Unknown tool: absent');
  });
});

describe.each(samples)('%s', (what, sent, _, back) => {
  test(`${what} in a tool's arguments arrive as sent, and are returned as written`, async () => {
    const { text } = await org.send('POST', mcpPath(org), {
      raw: callText('exact', sent),
      headers: callHeaders('exact'),
    });
    expect(text).toContain(`"back":${back}`);
    const { result } = JSON.parse(text);
    expect(textContent.parse(result).content[0].text).toContain(`"back":${back}`);
    const direct = await scene.post(`${scene.at}/realtime/test`, `{"inputs": ${sent}}`);
    expect(result.structuredContent.seen).toBe(Object(direct.body).raw_response.seen);
  });

  test(`${what} in values that are reported are as written`, async () => {
    const raw = callText('yields', sent, { progressToken: 1 });
    const { text } = await org.send('POST', mcpPath(org), { raw, headers: callHeaders('yields') });
    const [progress = '{}', end = ''] = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data);
    expect(JSON.parse(progress).params.message).toContain(`"back":${back}`);
    expect(end).toContain(`"back":${back}`);
  });
});
