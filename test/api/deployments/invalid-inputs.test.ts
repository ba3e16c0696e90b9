// Tests that callers learn what is wrong with inputs that a plugin failed on, and that this doesn't count against the plugin.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const realtime = `class UpperInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"upper": inputs["text"].upper(), "at": inputs["items"][1] if "items" in inputs else None}
`;
const declared = `feature_extractor_name = "hello_ext"
version = "1.0.0"
features = []
input_schema = {"type": "object", "properties": {"text": {"type": "string"}, "items": {"type": "array", "minItems": MIN}}, "required": ["text"]}
`;

interface Live {
  org: Organization;
  call(inputs: object, path?: string): Promise<Record<string, unknown>>;
  counts(): Promise<unknown>;
}

async function live(minItems = 2): Promise<Live> {
  const app = testApp({ queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  await publish(
    org,
    plugin({ files: { 'realtime.py': realtime, 'manifest.py': declared.replace('MIN', String(minItems)) } }),
  );
  const { body } = await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
  const { deployment_id } = z.object({ deployment_id: idSchema('deployment') }).parse(body);
  await advanceDeployment(app.deps, deployment_id);
  return {
    org,
    call: async (inputs, path = '/by-name/hello_ext/realtime') =>
      Object((await org.post(`${org.plugins}${path}`, { inputs })).body),
    counts: async () => Object((await org.get(`${org.plugins}/by-name/hello_ext/traffic`)).body).total,
  };
}

test.each([
  ['nothing', {}, 'text: expected a value, got nothing', 'KeyError'],
  ['a number', { text: 3 }, 'text: expected string, got 3', 'AttributeError'],
  ['a list that is too short', { text: 'a', items: [1] }, 'items: ', 'IndexError'],
])('a call with %s fails with the place of what its schema refuses', async (_, inputs, problem, raised) => {
  const { call, counts } = await live();
  const { error, status } = await call(inputs);
  expect(status).toBe('error');
  expect(error).toContain(`InvalidInput: The inputs don't match the plugin's input_schema: ${problem}`);
  expect(error).toContain(`. It failed with ${raised}: `);
  await expect.poll(counts).toMatchObject({ calls: 1, errors: 0, invalid_inputs: 1 });
});

test('inputs that the schema refuses are answered all the same if the plugin takes them', async () => {
  const { call, counts } = await live();
  expect(await call({ text: 'a', items: 'abc' })).toMatchObject({ status: 'success' });
  await expect.poll(counts).toMatchObject({ calls: 1, errors: 0, invalid_inputs: 0 });
});

test("a failure on inputs that match the schema is the plugin's", async () => {
  const { call, counts } = await live(0);
  expect(await call({ text: 'a', items: [] })).toMatchObject({
    status: 'error',
    error: 'IndexError: list index out of range',
  });
  await expect.poll(counts).toMatchObject({ calls: 1, errors: 1, invalid_inputs: 0 });
});

test('agents, readers of a stream and those who ask later are told the same', async () => {
  const { call, org } = await live();
  const said =
    /The inputs don't match the plugin's input_schema: text: expected a value, got nothing\. It failed with KeyError/;
  expect((await call({}, '/hello_ext_1_0_0/realtime/test')).error).toMatch(said);
  const path = `${org.plugins}/by-name/hello_ext/realtime`;
  const streamed = await org.send('POST', path, { body: { inputs: {} }, headers: { accept: 'text/event-stream' } });
  expect(streamed.text).toMatch(said);
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'hello_ext', arguments: {} } };
  const headers = { accept: 'application/json, text/event-stream' };
  const tool = await org.send('POST', `/v1/namespaces/${org.namespaceId}/mcp`, { body: message, headers });
  expect(tool.text).toMatch(said);
});
