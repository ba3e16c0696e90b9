// Tests Go plugins as WebAssembly in workerd: calls, and what happens to them when workerd ends. isolates-hostile.test.ts covers
// hostile plugins. Takes 5 s: Go compiles a plugin for both targets.
// @module-tag go
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { operationSchema } from '../../../src/contract/builder/instances.ts';
import { coldCacheMs, startGoBuilder } from '../go-support.ts';
import { processText } from '../live-files.ts';
import { eventually, type TestBuilder } from '../support.ts';
import { callText, expectSameAnswers, fixturePlugin, fixtureText, specsOf, startReady } from './isolate-support.ts';

const calls = z
  .array(z.object({ name: z.string(), call: operationSchema, answer: z.unknown() }))
  .parse(JSON.parse(fixtureText('calls.json')));

let builder: TestBuilder;
beforeAll(async () => {
  builder = await startGoBuilder({ limits: { callMs: 5000 } });
  const { native, wasm } = await specsOf(builder, fixturePlugin('text', 'numbers', 'maps'));
  await startReady(builder, 'native', native);
  await startReady(builder, 'wasm', wasm);
}, coldCacheMs);
afterAll(() => builder.close());

const ping = JSON.stringify({ method: 'execute', params: { action: 'context' } });

describe('the same call to an executable and to an isolate', () => {
  test.each(calls)('a call has the same answer in an executable and in an isolate: $name', async ({ call, answer }) => {
    const [native, wasm] = await Promise.all(
      ['native', 'wasm'].map(async (id) => {
        const { status, text } = await callText(builder, id, JSON.stringify(call));
        return { status, text: text.replace(/,"stack":"(?:[^"\\]|\\.)*"/, '') };
      }),
    );
    expect(JSON.parse(native?.text ?? '')).toEqual(answer);
    expect(wasm).toEqual(native);
  });

  test.each([
    [
      'numbers',
      '{"i": 12345678901234567890, "f": 2.0, "z": -0.0, "e": 1e2}',
      '{"e":100,"f":2,"i":12345678901234567000,"z":-0}',
    ],
    ['keys', '{"2": 1, "1": 2, "__proto__": 3}', '{"1":2,"2":1,"__proto__":3}'],
    ['a key that occurs twice', '{"d": 1, "d": 2}', '{"d":2}'],
    ['strings', String.raw`{"s": "\u00e9 \ud800"}`, '{"s":"é \ufffd"}'],
  ])('%s arrive in Go as its decoder reads them from the sent text', async (_, sent, read) => {
    const body = `{"method": "execute", "params": {"action": "context", "params": ${sent}}}`;
    for (const id of ['native', 'wasm'])
      expect((await callText(builder, id, body)).text).toContain(`{"params":${read}}`);
  });

  test("a number that Go can't hold is refused", async () => {
    const body = '{"method": "execute", "params": {"action": "context", "params": {"n": 1e999}}}';
    for (const id of ['native', 'wasm']) expect((await callText(builder, id, body)).text).toContain('bad_request');
  });

  test.each(['text', 'numbers', 'maps'] as const)(
    'generated parameters for %s give the same answer in an executable and in an isolate',
    { tags: 'long' },
    async (action) => {
      await expectSameAnswers(builder, action, { native: 'native', wasm: 'wasm', count: 17 });
    },
  );
});

describe('workerd', () => {
  test('workerd is restarted after it is killed, and the next call is answered', { tags: 'long' }, async () => {
    const pid = builder.workers().find((worker) => processText(worker, 'comm') === 'workerd\n');
    if (pid === undefined) throw new Error('workerd is not running');
    process.kill(pid, 'SIGKILL');
    expect((await callText(builder, 'wasm', ping)).status).toBe(200);
    expect((await builder.send('GET', '/instances/wasm')).body).toMatchObject({ state: 'ready', restarts: 1 });
  });

  test('workerd attributes each log line to the request that printed it', async () => {
    const headers = { 'slipway-request': 'req_7' };
    const body = JSON.stringify({ method: 'execute', params: { action: 'prints' } });
    await builder.fetch('/instances/wasm/invoke', { method: 'POST', body, headers });
    const printed = async () => {
      const lines = (await builder.logLines('wasm')).filter(({ request }) => request !== undefined);
      return lines.map(({ stream, line, request }) => [stream, line, request]);
    };
    await eventually(printed).toEqual([
      ['stdout', 'one', 'req_7'],
      ['stdout', 'two', 'req_7'],
      ['stderr', 'open', 'req_7'],
    ]);
  });
});
