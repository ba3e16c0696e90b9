// Tests inputs that a plugin takes although its schema refuses them, and who else is told what is wrong.
import { expect, test } from 'vitest';
import { live } from './refusing-inputs.ts';

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
