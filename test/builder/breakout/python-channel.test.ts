// Runs a Python plugin's attacks on its channel to the builder, in every kind of sandbox available on this machine, beside a good
// plugin whose calls must never fail. Each attack is a file in `channel/`.
// @module-tag long
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builderErrorSchema } from '../../../src/contract/builder/errors.ts';
import { type Answer, eventually, type Files, type TestBuilder } from '../support.ts';
import { callGoodPlugin, type GoodCalls, startGoodPlugin } from './good-plugin.ts';
import { type Kind, kinds, startBuilder } from './kinds.ts';

const folder = fileURLToPath(new URL('channel/', import.meta.url));
const attacks: Files = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.py'))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
);

/**
 * Some attacks last until one of the first two limits expires. Shorter limits could expire too early, because the attacks may keep the
 * machine busy.
 */
const limits = { partialMs: 6000, startMs: 12_000, readyWaitMs: 30_000 };
const violation = "answer-invalid: The plugin's process violated the protocol: ";

/** Attacks that end the process. The call returns the reason, and the next process takes over. */
const ending: [attack: string, reason: string][] = [
  ['byte_wise_frame', `${violation}an incomplete frame.`],
  ['oversized_answer', `${violation}a frame of 1073741824 bytes.`],
  ['answer_to_no_call', `${violation}unexpected frame of kind 2.`],
  ['early_answer', `${violation}unexpected frame of kind 2.`],
  ['large_event', `${violation}an event of 262145 bytes.`],
  ['many_lines', `${violation}an event with 60000 lines.`],
];

/** Attacks during the plugin's import, and the errors with which the start fails. */
const starts: [attack: string, error: object][] = [
  [
    'forged_ready',
    { code: 'start-timeout', message: 'The plugin was not ready within 12 s. Do less work while it loads.' },
  ],
  [
    'forged_probe',
    { code: 'process-died', message: 'The process exited: it violated the protocol: an answer to no probe.' },
  ],
  [
    'forged_failure',
    { code: 'process-died', message: 'The process exited: it violated the protocol: a second failed.' },
  ],
];

describe.each(kinds)('in $name', (kind: Kind) => {
  let builder: TestBuilder;
  let good: GoodCalls | undefined;
  /** `vm` runs only one instance. */
  const isShared = kind.sandbox !== 'vm';
  const options = { concurrent: isShared };

  beforeAll(async () => {
    builder = await startBuilder(kind, limits);
    if (isShared) good = callGoodPlugin(builder, await startGoodPlugin(builder));
  });
  afterAll(() => builder.close());

  /** Runs the attacks in a separate instance. */
  async function withAttacker(attack: (id: string) => Promise<void>): Promise<void> {
    const id = await builder.run(attacks, { name: 'attacker' });
    await attack(id);
    await builder.send('DELETE', `/instances/${id}`);
  }

  test.each(starts)('%s during its import does not make a plugin ready', options, async (attack, error) => {
    const spec = await builder.putPlugin({ ...attacks, 'realtime.py': attacks[`${attack}.py`] ?? '' });
    expect((await builder.put(`dep_${attack}`, spec)).at(-1)).toEqual({ type: 'failed', error });
  });

  test.each(ending)('%s ends the process, and the call returns the reason', options, (attack, reason) =>
    withAttacker(async (id) => {
      expect(errorOf(await builder.invoke(id, { attack }))).toBe(reason);
      expect(await builder.result(id, { n: [4] })).toEqual({ sum: 4 });
      expect(await builder.status(id)).toMatchObject({ restarts: 1 });
    }),
  );

  test('a second answer to a call ends the process, and reaches no other call', options, () =>
    withAttacker(async (id) => {
      expect(await builder.result(id, { attack: 'duplicate_answer' })).toEqual({ answer: 1 });
      await eventually(async () => (await builder.status(id)).restarts).toBe(1);
      expect(await builder.result(id, { n: [4] })).toEqual({ sum: 4 });
    }),
  );

  test('a process that asks to be replaced many times is replaced once, and its reason is cut', options, () =>
    withAttacker(async (id) => {
      expect(await builder.result(id, { attack: 'forged_replacements' })).toEqual({ asked: true });
      expect(await builder.result(id, { n: [4] })).toEqual({ sum: 4 });
      expect(await builder.status(id)).toMatchObject({ restarts: 1, last_crash: { reason: 'x'.repeat(500) } });
    }),
  );

  test('a too deeply nested answer fails only its own call', options, () =>
    withAttacker(async (id) => {
      expect(errorOf(await builder.invoke(id, { attack: 'deep_answer' }))).toBe(
        "answer-invalid: The plugin's answer nests deeper than 500 levels.",
      );
      expect(await builder.status(id)).toMatchObject({ restarts: 0 });
    }),
  );

  test('an answer that is not JSON is passed on unchanged', options, () =>
    withAttacker(async (id) => {
      const body = JSON.stringify({ inputs: { attack: 'malformed_answer' }, parameters: {} });
      const response = await builder.fetch(`/instances/${id}/invoke`, { method: 'POST', body });
      expect([response.status, await response.text()]).toEqual([200, '{"status":"success","result":}']);
    }),
  );

  test('many log lines pause reading from the channel', options, () =>
    withAttacker(async (id) => {
      expect(await builder.result(id, { attack: 'many_log_events' })).toEqual({ stopped: true });
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
