// Runs a compiled plugin's attacks on its channel to the builder, in every kind of sandbox available on this machine, beside a good
// plugin whose calls must never fail. channel/own_host.go contains the attacks.
// @module-tag go
// @module-tag long
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builderErrorSchema } from '../../../src/contract/builder/errors.ts';
import { artifactOf, coldCacheMs, executableSpec, execute, startGoBuilder } from '../go-support.ts';
import { type Answer, eventually, type TestBuilder } from '../support.ts';
import { callGoodPlugin, type GoodCalls, startGoodPlugin } from './good-plugin.ts';
import { type Kind, kinds, startBuilder } from './kinds.ts';

const source = readFileSync(new URL('channel/own_host.go', import.meta.url), 'utf8');

let artifact: string;
let executable: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  const builder = await startGoBuilder();
  artifact = await artifactOf(builder, { 'plugin.go': source });
  executable = new Uint8Array(await (await builder.fetch(`/blobs/${artifact}`)).arrayBuffer());
  await builder.close();
}, coldCacheMs);

/**
 * Some attacks last until one of the first two limits expires. Shorter limits could expire too early, because the attacks may keep the
 * machine busy.
 */
const limits = { partialMs: 6000, startMs: 12_000, readyWaitMs: 30_000 };
const violation = "answer-invalid: The plugin's process violated the protocol: ";

/** Attacks that end the process. The call returns the reason, and the next process takes over. */
const ending: [attack: string, reason: string][] = [
  ['byte_wise_line', `${violation}an incomplete line.`],
  [
    'oversized_answer',
    "answer-invalid: The plugin's answer is larger than 8388608 bytes. This limit is the same for all plugins: return less, or the URL of a file.",
  ],
  ['no_answer', `${violation}a line that is not a response.`],
  ['answer_to_no_call', `${violation}a response without a call.`],
  ['early_answer', `${violation}a response without a call.`],
  ['forged_pong', `${violation}a response without a call.`],
];

describe.each(kinds)('in $name', (kind: Kind) => {
  let builder: TestBuilder;
  let good: GoodCalls | undefined;
  /** `vm` runs only one instance. */
  const isShared = kind.sandbox !== 'vm';
  const options = { concurrent: isShared };

  beforeAll(async () => {
    builder = await startBuilder(kind, limits);
    await builder.send('PUT', `/blobs/${artifact}`, executable);
    if (isShared) good = callGoodPlugin(builder, await startGoodPlugin(builder));
  });
  afterAll(() => builder.close());

  /** Runs the attacks in a separate instance. */
  async function withAttacker(name: string, attack: (id: string) => Promise<void>): Promise<void> {
    const id = `dep_${name}`;
    expect((await builder.put(id, executableSpec(artifact))).at(-1)).toMatchObject({ type: 'ready' });
    await attack(id);
    await builder.send('DELETE', `/instances/${id}`);
  }

  test('a forged hello does not make a plugin ready', options, async () => {
    const events = await builder.put('dep_forged', executableSpec(artifact, { kind: 'storage' }));
    const message = 'The plugin was not ready within 12 s. Do less work while it loads.';
    expect(events.at(-1)).toEqual({ type: 'failed', error: { code: 'start-timeout', message } });
  });

  test.each(ending)('%s ends the process, and the call returns the reason', options, (attack, reason) =>
    withAttacker(attack, async (id) => {
      expect(errorOf(await execute(builder, id, attack))).toBe(reason);
      expect(await execute(builder, id, 'good')).toEqual({ status: 200, body: { result: 1 } });
      expect(await builder.status(id)).toMatchObject({ restarts: 1 });
    }),
  );

  test('a second answer to a call ends the process, and reaches no other call', options, () =>
    withAttacker('duplicate', async (id) => {
      expect(await execute(builder, id, 'duplicate_answer')).toEqual({ status: 200, body: { result: 1 } });
      await eventually(async () => (await builder.status(id)).restarts).toBe(1);
      expect(await execute(builder, id, 'good')).toEqual({ status: 200, body: { result: 1 } });
    }),
  );

  test('a too deeply nested answer fails only its own call', options, () =>
    withAttacker('deep', async (id) => {
      expect(errorOf(await execute(builder, id, 'deep_answer'))).toBe(
        "answer-invalid: The plugin's answer nests deeper than 500 levels.",
      );
      expect(await builder.status(id)).toMatchObject({ restarts: 0 });
    }),
  );

  test('an answer that is not JSON is passed on unchanged', options, () =>
    withAttacker('malformed', async (id) => {
      const body = JSON.stringify({ method: 'execute', params: { action: 'malformed_answer' } });
      const response = await builder.fetch(`/instances/${id}/invoke`, { method: 'POST', body });
      expect([response.status, await response.text()]).toEqual([200, '{"result":}']);
    }),
  );

  if (isShared)
    test('no call to the good plugin fails during the attacks', async () => {
      expect(await good?.end()).toEqual({ wrong: [], restarts: 0 });
    });
});

function errorOf({ status, body }: Answer): string {
  expect(status).toBe(502);
  const { code, message } = builderErrorSchema.parse(body).error;
  return `${code}: ${message}`;
}
