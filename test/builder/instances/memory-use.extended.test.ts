// Tests the memory that the builder reports for its instances, which decides whether they share a container or move out of it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { healthSchema } from '../../../src/contract/builder/machine/health.ts';
import { eventually, handler, TestBuilder } from '../support.ts';

const MiB = 2 ** 20;
let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start({ limits: { sharedBytes: 150 * MiB } });
});
afterAll(() => builder.close());

const holding = handler(
  [
    'def load_model(self):',
    '    self.held = b""',
    'def run_inference(self, inputs, parameters):',
    '    self.held = bytearray(b"x") * (inputs["mib"] << 20)',
    '    return {}',
  ].join('\n'),
);

async function outgrown(): Promise<string[] | undefined> {
  const { body } = await builder.send('GET', '/health');
  return healthSchema.parse(body).outgrown;
}

test("an instance's memory is the current use and the peak of its processes", async () => {
  await builder.put('dep_memory', await builder.putPlugin(holding));
  const memory = async () => (await builder.status('dep_memory')).memory ?? { bytes: 0, peak_bytes: 0 };
  const atFirst = await memory();
  expect(atFirst.bytes).toBeGreaterThan(5 * MiB);
  expect(atFirst.peak_bytes).toBeGreaterThanOrEqual(atFirst.bytes);
  await builder.result('dep_memory', { mib: 100 });
  const held = await memory();
  expect(held.bytes - atFirst.bytes).toBeGreaterThan(95 * MiB);
  await builder.result('dep_memory', { mib: 1 });
  const released = await memory();
  expect(held.bytes - released.bytes).toBeGreaterThan(90 * MiB);
  expect(released.peak_bytes).toBeGreaterThanOrEqual(held.bytes);
});

test('an instance above the shared-container limit is reported until it is below the limit again', async () => {
  await builder.put('dep_small', await builder.putPlugin(holding));
  await builder.put('dep_large', await builder.putPlugin(holding));
  expect(await outgrown()).toEqual([]);
  await builder.result('dep_large', { mib: 160 });
  await eventually(outgrown).toEqual(['dep_large']);
  await builder.result('dep_large', { mib: 1 });
  await eventually(outgrown).toEqual([]);
});

test('a builder without a shared-container limit reports no instance, whatever its use', async () => {
  const other = await TestBuilder.start();
  try {
    await other.put('dep_1', await other.putPlugin(holding));
    await other.result('dep_1', { mib: 300 });
    expect(healthSchema.parse((await other.send('GET', '/health')).body).outgrown).toEqual([]);
  } finally {
    await other.close();
  }
});
