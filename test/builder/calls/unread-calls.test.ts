// Tests the builder's memory when a process doesn't read its cancelled calls, and when callers don't read their answers. It stays
// within the instance's limits.
// @module-tag go
// @module-tag long
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { IncomingMessage, request } from 'node:http';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { contractHeader, contractVersion } from '../../../src/contract/builder/instances.ts';
import { timeoutHeader } from '../../../src/contract/builder/serving.ts';
import { token } from '../builder-client.ts';
import { artifactOf, coldCacheMs, executableSpec, execute, pipelinePlugin, startGoBuilder } from '../go-support.ts';
import { eventually, handler, TestBuilder } from '../support.ts';

const MiB = 1024 * 1024;
const bodyBytes = 4 * MiB;
const floods = 60;
const builderBytesMax = 300 * MiB;
const limits = { callMs: 60_000, pingMs: 60_000, drainMs: 100, drainMaxMs: 100 };

/** Makes its host read from a different pipe, and keeps its standard input open. */
const deaf = pipelinePlugin(
  `pipe := make([]int, 2)
	if err := syscall.Pipe(pipe); err != nil {
		return nil, err
	}
	if _, err := syscall.Dup(0); err != nil {
		return nil, err
	}
	return nil, syscall.Dup3(pipe[0], 0, 0)`,
  { imports: '"syscall"' },
);
let executable: Uint8Array<ArrayBuffer>;
let artifact: string;
beforeAll(async () => {
  const goBuilder = await startGoBuilder();
  artifact = await artifactOf(goBuilder, { 'plugin.go': deaf });
  executable = new Uint8Array(await (await goBuilder.fetch(`/blobs/${artifact}`)).arrayBuffer());
  await goBuilder.close();
}, coldCacheMs);

let builder: TestBuilder;
beforeEach(async () => {
  builder = await TestBuilder.start({ limits });
});
afterEach(() => builder.close());

/** Returns the builder's peak memory so far. */
function peakBytes(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${builder.process.pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** Sends sequential calls whose callers wait at most 20 ms. Returns how many the builder accepted. */
async function flood(id: string, body: string): Promise<number> {
  const headers = { [timeoutHeader]: '20' };
  const statuses: number[] = [];
  while (statuses.length < floods) {
    const response = await builder.fetch(`/instances/${id}/invoke`, { method: 'POST', body, headers });
    statuses.push(response.status);
  }
  const taken = statuses.filter((status) => status === 504).length;
  expect(statuses.filter((status) => status === 503)).toHaveLength(floods - taken);
  return taken;
}

test('a Python process that reads nothing does not make the builder hold cancelled calls', async () => {
  const blocking = handler(
    'async def run_inference(self, inputs, parameters):\n    while not os.path.exists("go"): time.sleep(0.1)\n    return {}',
    'import os\nimport time',
  );
  const id = await builder.run(blocking);
  const blocked = builder.invoke(id).catch(() => {});
  await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(1);
  const body = JSON.stringify({ inputs: { text: 'x'.repeat(bodyBytes) }, parameters: {} });
  expect(await flood(id, body)).toBeLessThan(20);
  expect(peakBytes()).toBeLessThan(builderBytesMax);
  await builder.kill('SIGINT');
  await blocked;
});

test('a compiled plugin that reads nothing does not make the builder hold cancelled calls', async () => {
  await builder.send('PUT', `/blobs/${artifact}`, executable);
  const id = 'dep_deaf';
  expect((await builder.put(id, executableSpec(artifact))).at(-1)).toMatchObject({ type: 'ready' });
  expect(await execute(builder, id, 'stop')).toMatchObject({ status: 200 });
  const params = { action: 'stop', params: { text: 'x'.repeat(bodyBytes) }, context: {} };
  expect(await flood(id, JSON.stringify({ method: 'execute', params }))).toBeLessThan(20);
  expect(peakBytes()).toBeLessThan(builderBytesMax);
});

test.each(['invoke', 'batch'])(
  'calls whose bodies have not arrived count as calls in progress, and further calls are refused unread: %s',
  async (route) => {
    const id = await builder.run(handler('def predict(self, request):\n    return {}'));
    // Eight calls fill the instance.
    const announced = Array.from({ length: 9 }, () => announce(id, route));
    expect(await Promise.race(announced.map(({ status }) => status))).toBe(503);
    expect((await builder.send('POST', `/instances/${id}/invoke`, emptyCall)).status).toBe(503);
    for (const { leave } of announced) leave();
    await eventually(async () => (await builder.send('POST', `/instances/${id}/invoke`, emptyCall)).status).toBe(200);
  },
);

/** Sends a call's headers, which announce the largest body, and one byte of the body. */
function announce(id: string, route: string) {
  const headers = {
    authorization: `Bearer ${token}`,
    [contractHeader]: contractVersion,
    'content-length': 8 * MiB,
  };
  const sent = request(`${builder.url}/instances/${id}/${route}`, { method: 'POST', headers, agent: false });
  const status = once(sent, 'response').then(([response]) =>
    response instanceof IncomingMessage ? response.statusCode : 0,
  );
  status.catch(() => {});
  sent.on('error', () => {});
  sent.write('{');
  return { status, leave: () => sent.destroy() };
}

const emptyCall = '{"inputs":{},"parameters":{}}';

/** Sends a call whose caller reads only the response headers. */
function callWithoutReading(id: string) {
  const headers = {
    authorization: `Bearer ${token}`,
    [contractHeader]: contractVersion,
    'content-length': emptyCall.length,
  };
  const sent = request(`${builder.url}/instances/${id}/invoke`, { method: 'POST', headers, agent: false });
  const status = once(sent, 'response').then(([response]) =>
    response instanceof IncomingMessage ? response.statusCode : 0,
  );
  sent.on('error', () => {});
  sent.end(emptyCall);
  return { status, leave: () => sent.destroy() };
}

test("calls whose answers aren't read count as calls in progress", async () => {
  const large = handler(`def predict(self, request):\n    return {"text": "x" * ${7 * MiB}}`);
  const id = await builder.run(large);
  const callers = [callWithoutReading(id)];
  while ((await callers.at(-1)?.status) === 200 && callers.length < 40) callers.push(callWithoutReading(id));
  expect(await callers.at(-1)?.status).toBe(503);
  expect(callers.length).toBeLessThan(20);
  expect(peakBytes()).toBeLessThan(builderBytesMax);
  for (const { leave } of callers) leave();
  await eventually(async () => (await builder.send('POST', `/instances/${id}/invoke`, emptyCall)).status).toBe(200);
});
