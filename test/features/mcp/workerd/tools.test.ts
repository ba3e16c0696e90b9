// Tests that live plugins are tools for the official client, by both revisions of the protocol, and that values pass unchanged.
import { beforeAll, describe, expect, test } from 'vitest';
import { manifest, plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type ExactScene, exactScene, realtime, samples } from '../../../support/scenes/exact-plugin.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { waitUntil } from '../../../support/waiting.ts';
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
    const answer = textContent.parse(result).content[0].text;
    expect(answer).toContain(`"back":${back}`);
    const direct = await scene.post(`${scene.at}/realtime/test`, `{"inputs": ${sent}}`);
    expect(JSON.parse(answer).seen).toBe(Object(direct.body).raw_response.seen);
  });

  test(`${what} in values that are reported are as written`, async () => {
    const raw = callText('yields', sent, { progressToken: 1 });
    const { text } = await org.send('POST', mcpPath(org), { raw, headers: callHeaders('yields') });
    const [progress = '{}', end = ''] = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data);
    expect(JSON.parse(progress).params.message).toContain(`"back":${back}`);
    expect(end).toContain(`"back":${back}`);
  });
});

describe('of a plugin with parameters', () => {
  beforeAll(async () => {
    const extra = 'parameter_schema = {"type": "object", "properties": {"limit": {"type": "integer"}}}\n';
    const files = { 'manifest.py': manifest({ name: 'tuned', version: '1.0.0', extra }), 'realtime.py': realtime };
    await publish(org, plugin({ name: 'tuned', files }));
    await org.post(`${org.plugins}/tuned_1_0_0/deploy`);
    await waitUntil(async () => Object((await org.get(`${org.plugins}/tuned_1_0_0/status`)).body).deployed);
  });

  const sent: [args: string, body: string][] = [
    ['{"a":1}', '{"inputs":{"a":1}}'],
    ['{"a":1,"parameters":null}', '{"inputs":{"a":1},"parameters":null}'],
    ['{"parameters": {"limit":2.0},"a":1}', '{"inputs":{"a":1},"parameters":{"limit":2.0}}'],
  ];

  test.each(sent)('the arguments %s arrive as the body %s over REST', async (args, body) => {
    const headers = callHeaders('tuned');
    const tool = await org.send('POST', mcpPath(org), { raw: callText('tuned', args), headers });
    const direct = await scene.post(`${org.plugins}/by-name/tuned/realtime`, body);
    expect(Object(tool.body).result.structuredContent).toEqual(Object(direct.body).raw_response);
  });

  test('parameters that are no object are refused', async () => {
    const client = await connect(org);
    expect(await client.callTool({ name: 'tuned', arguments: { parameters: [1] } })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('parameters must be an object') }],
    });
  });
});

test('a message with an Idempotency-Key is answered each time, like every call of a plugin', async () => {
  const headers = { ...callHeaders('exact'), 'idempotency-key': 'one' };
  const seen = [];
  for (const sent of ['{"a":1}', '{"a":2}'])
    seen.push((await org.send('POST', mcpPath(org), { raw: callText('exact', sent), headers })).text);
  expect(seen).toEqual([expect.stringContaining('"back":{"a":1}'), expect.stringContaining('"back":{"a":2}')]);
});

describe('of a plugin that declares its answer', () => {
  beforeAll(async () => {
    const extra =
      'output_schema = {"type": "object", "properties": {"size": {"type": "integer"}}, "required": ["size"]}\n';
    const echo = realtime.replace(/return .*/, 'return inputs.get("answer", inputs)');
    const files = { 'manifest.py': manifest({ name: 'declared', version: '1.0.0', extra }), 'realtime.py': echo };
    await publish(org, plugin({ name: 'declared', files }));
    await org.post(`${org.plugins}/declared_1_0_0/deploy`);
    await waitUntil(async () => Object((await org.get(`${org.plugins}/declared_1_0_0/status`)).body).deployed);
  });

  const mismatch = 'The answer does not match what the plugin declares: ';
  const wrong: [what: string, answer: Record<string, unknown>, structured: unknown, note: string][] = [
    [
      'a member of another type',
      { size: 'many' },
      { note: `${mismatch}size: expected integer, got "many"`, result: { size: 'many' } },
      `${mismatch}size: expected integer, got "many"`,
    ],
    [
      'a missing member',
      { more: 2 },
      { note: `${mismatch}size: expected a value, got nothing`, result: { more: 2 } },
      `${mismatch}size: expected a value, got nothing`,
    ],
  ];

  test.each(wrong)(
    'an answer that does not match reaches the agent with a note: %s',
    async (_, answer, structured, note) => {
      for (const revision of ['2026-07-28', '2025-11-25'] as const) {
        const client = await connect(org, { revision });
        await client.listTools();
        const result = await client.callTool({ name: 'declared', arguments: { answer } });
        expect(result.structuredContent).toEqual(structured);
        expect(result.content).toEqual([
          { type: 'text', text: JSON.stringify(answer) },
          { type: 'text', text: note },
        ]);
      }
    },
  );

  test('an answer that matches is structured content without a note', async () => {
    const client = await connect(org);
    await client.listTools();
    const result = await client.callTool({ name: 'declared', arguments: { answer: { size: 2, more: 'x' } } });
    expect(result).toMatchObject({ structuredContent: { size: 2, more: 'x' }, content: [{ type: 'text' }] });
  });
});
