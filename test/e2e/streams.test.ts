// Tests streams and later calls with everything that `npm start` starts: a caller that disconnects ends the generator, a caller that
// stops reading pauses it, and the CLI reads it.
// @module-tag long
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { slipway as runSlipway } from '../cli/slipway.ts';
import { patienceMs, waitFor } from '../support/waiting.ts';
import { echoPlugin, publish } from './plugins.ts';
import { listProcesses } from './processes.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from './slipway.ts';

const logSchema = z.object({ lines: z.array(z.object({ stream: z.string(), line: z.string() })) });

const realtime = `class StreamInferenceService:
    def run_inference(self, inputs, parameters):
        try:
            for i in range(inputs["count"]):
                if i == inputs.get("prints_at"):
                    print("reached", flush=True)
                yield {"i": i, "text": inputs.get("text", "")}
        except GeneratorExit:
            print("closed", flush=True)
            raise
`;

const plugin = (() => {
  const echo = echoPlugin('streamer', '1.0.0');
  return { ...echo, files: { ...echo.files, 'realtime.py': realtime } };
})();

let state: string;
let slipway: Slipway;
let local: Local;
beforeAll(async () => {
  state = await newStateFolder();
  slipway = await startSlipway(state);
  local = await slipway.ready();
  const client = new ExtractorClient(local);
  await publish(client, plugin);
  await client.deploy(plugin.pluginId);
  expect(await waitUntilSettled(client, plugin.pluginId, patienceMs)).toMatchObject({ status: 'DEPLOYED' });
});
afterAll(async () => {
  await slipway.stop();
  await removeState(state);
});

const path = () => `/v1/namespaces/${local.namespace_id}/plugins/by-name/streamer/realtime`;

async function open(inputs: object): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${local.api_key}`, accept: 'text/event-stream' };
  const call = request(`${slipway.url}${path()}`, { method: 'POST', headers });
  call.on('error', () => {});
  call.end(JSON.stringify({ inputs }));
  return new Promise((resolve, reject) => call.once('response', resolve).once('error', reject));
}

async function bytesOf(response: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const part of response) bytes += part.length;
  return bytes;
}

async function printed(): Promise<string[]> {
  const headers = { authorization: `Bearer ${local.api_key}` };
  const logs = `/v1/namespaces/${local.namespace_id}/plugins/${plugin.pluginId}/logs`;
  const { lines } = logSchema.parse(await (await fetch(`${slipway.url}${logs}`, { headers })).json());
  return lines.filter(({ stream }) => stream === 'stdout').map(({ line }) => line);
}

/** Returns the memory of all Slipway processes, in bytes. */
function memory(): number {
  return listProcesses(state).reduce((sum, { pid }) => {
    const [, kib = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return sum + Number(kib) * 1024;
  }, 0);
}

test('a caller that closes its connection closes the generator', async () => {
  const before = (await printed()).length;
  const response = await open({ count: 1e9 });
  await new Promise((resolve) => response.once('data', resolve));
  response.destroy();
  await waitFor(async () => expect((await printed()).slice(before)).toEqual(['closed']));
});

test('a reader that stops reading pauses the generator, and memory use does not grow', async () => {
  const large = { count: 250, text: 'x'.repeat(250_000) };
  await bytesOf(await open(large)); // makes one-time allocations
  const before = (await printed()).length;
  const all = memory();
  const response = await open({ ...large, prints_at: 249 });
  const first = await new Promise<Buffer>((resolve) => response.once('data', resolve));
  response.pause();
  for (let calls = 0; calls < 20; calls += 1) await open({ count: 1 }).then((other) => other.resume());
  expect((await printed()).slice(before)).toEqual([]);
  expect(memory() - all).toBeLessThan(40 * 1024 * 1024);
  expect(first.length + (await bytesOf(response))).toBeGreaterThan(250 * 250_000);
  await waitFor(async () => expect((await printed()).slice(before)).toEqual(['reached']));
});

test('the CLI prints values as they arrive', async () => {
  const env = { SLIPWAY_API_KEY: local.api_key, SLIPWAY_BASE_URL: slipway.url };
  const ran = await runSlipway(['invoke', 'streamer', '--stream', '-d', '{"count": 3}'], { env });
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('streamer yielded 3 values') });
  const lines = ran.stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).i)).toEqual([0, 1, 2]);
});

test("a later call's answer is available at its address", async () => {
  const headers = { authorization: `Bearer ${local.api_key}` };
  const sent = { method: 'POST', headers: { ...headers, prefer: 'respond-async' }, body: '{"inputs": {"count": 2}}' };
  const accepted = await fetch(`${slipway.url}${path()}`, sent);
  expect(accepted.status).toBe(202);
  const location = `${slipway.url}${accepted.headers.get('location')}`;
  const answered = await fetch(location, { headers: { ...headers, prefer: 'wait=20' } });
  const result = [0, 1].map((i) => ({ i, text: '' }));
  expect(await answered.json()).toMatchObject({ status: 'succeeded', answer: { status: 'success', result } });
});
