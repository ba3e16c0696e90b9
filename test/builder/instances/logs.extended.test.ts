// Tests log storage on the builder: an instance's output is kept until it is stored, however the instance ended.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunkName, type UnstoredLogs, unstoredLogsSchema } from '../../../src/contract/builder/logs/chunk.ts';
import { eventually, handler, TestBuilder } from '../support.ts';

const plugin = handler(
  ['async def run_inference(self, inputs, parameters):', '    print(inputs["say"])', '    return {}'].join('\n'),
);

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start({ limits: { standbyIdleMs: 50 } });
});
afterAll(() => builder.close());

async function unstored(of: TestBuilder, query: string): Promise<UnstoredLogs['logs']> {
  return unstoredLogsSchema.parse((await of.send('GET', `/logs?${query}`)).body).logs;
}

async function unstoredLines(of: TestBuilder, id: string, query = ''): Promise<string[]> {
  const logs = await unstored(of, `id=${id}${query}`);
  return logs.flatMap(({ chunks }) => chunks.flatMap(({ lines }) => lines.map(({ line }) => line)));
}

async function store(of: TestBuilder, id: string): Promise<void> {
  const names = (await unstored(of, `id=${id}&seal=1`)).flatMap(({ chunks }) => chunks.map(chunkName));
  expect((await of.send('POST', '/logs/stored', JSON.stringify([{ id, chunks: names }]))).status).toBe(204);
}

test('a process crash loses no log lines, and the log continues', async () => {
  const id = await builder.run(plugin);
  await builder.call(id, { say: 'last line' });
  for (const pid of builder.workers()) process.kill(pid, 'SIGKILL');
  await eventually(async () => await builder.status(id)).toMatchObject({ state: 'ready', restarts: 1 });
  await builder.call(id, { say: 'first line' });
  await eventually(() => unstoredLines(builder, id, '&seal=1')).toEqual([
    'last line',
    expect.stringMatching(/^The process exited: .*SIGKILL.*\. Restarting\.$/),
    'first line',
  ]);
});

test('a sleeping instance keeps its log until it is stored', async () => {
  const id = await builder.run(plugin);
  await builder.call(id, { say: 'good night' });
  await builder.send('DELETE', `/instances/${id}`);
  expect(await builder.send('GET', `/logs/${id}`)).toMatchObject({ status: 200, body: { state: null } });
  expect(await unstoredLines(builder, id)).toEqual(['good night']);
  await store(builder, id);
  expect(await unstoredLines(builder, id, '&seal=1')).toEqual([]);
  expect(await builder.logs(id)).toEqual(['stdout: good night']);
});

test('a request waits for the first chunk', async () => {
  const id = await builder.run(plugin);
  await builder.call(id, { say: 'waited for' });
  const waiting = unstoredLines(builder, id, '&wait=30000');
  await builder.send('DELETE', `/instances/${id}`);
  expect(await waiting).toEqual(['waited for']);
});

test.each(['wait=-1', 'wait=30001', 'seal=2'])('%s is refused', async (query) => {
  expect((await builder.send('GET', `/logs?${query}`)).status).toBe(422);
});

test('a builder exits after SIGTERM once its logs are stored', async () => {
  const stopping = await TestBuilder.start();
  const exited = new Promise((resolve) => stopping.process.once('exit', resolve));
  const id = await stopping.run(plugin);
  await stopping.call(id, { say: 'before the end' });
  stopping.process.kill('SIGTERM');
  await eventually(() => unstoredLines(stopping, id)).toEqual(['before the end']);
  await store(stopping, id);
  expect(await exited).toBe(0);
});

test('a warning from the Worker is logged at most once a minute', async () => {
  const id = await builder.run(plugin);
  const warn = (line: string) =>
    builder.send('POST', `/instances/${id}/warnings`, JSON.stringify({ line, request: 'req_1' }));
  expect([(await warn('first')).status, (await warn('second')).status]).toEqual([204, 204]);
  expect(await builder.logs(id)).toEqual(['host: first']);
});
