// Runs plugins that fill their folders with trees that are hard to remove, in every kind of sandbox. The builder continues, restarts,
// and removes the trees.
// @module-tag long
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { healthSchema } from '../../../src/contract/builder/machine/health.ts';
import { executableSpec } from '../go-support.ts';
import { eventually, handler, refusal, type TestBuilder } from '../support.ts';
import { kinds, restartBuilder, sharedPython, startBuilder } from './kinds.ts';
import { mountsBelow } from './mounts.ts';

vi.setConfig({ testTimeout: 900_000 });

const trees = readFileSync(new URL('trees.py', import.meta.url), 'utf8');
const limits = { drainMs: 200, drainMaxMs: 200 };
const good = handler('def predict(self, request):\n    return {}');
const filling = handler(
  'def predict(self, request):\n    fill(os.environ["TMPDIR"])\n    return {}',
  `${trees}\nimport os`,
);

const crashing = handler(
  [
    'def predict(self, request):',
    '    if "list" in request:',
    '        return {"names": os.listdir(os.environ["TMPDIR"])}',
    '    fill(os.environ["TMPDIR"], 100)',
    '    os._exit(1)',
  ].join('\n'),
  `${trees}\nimport os`,
);

/** Starts an executable that fills its data folder and exits. */
async function fillData(builder: TestBuilder, id: string, data: string): Promise<void> {
  const program = `#!${realpathSync(await sharedPython())} -IS\n${trees}\nfill(os.environ["SLIPWAY_DATA"])\nos.write(2, b"filled\\n")\n`;
  const artifact = createHash('sha256').update(program).digest('hex');
  await builder.send('PUT', `/blobs/${artifact}`, program);
  const events = await builder.put(id, executableSpec(artifact, { kind: 'storage', data }));
  expect(events.at(-1)).toMatchObject({ type: 'failed' });
  await eventually(() => builder.logs(id)).toContain('stderr: filled');
}

/** Checks that instance folders and pending removals are gone and unmounted, and that quarantine is empty. */
async function expectRemoved(builder: TestBuilder): Promise<void> {
  const folders = ['instances', 'removing', 'data', 'data-images'].map((name) => join(builder.stateFolder, name));
  const left = () => [
    ...folders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder)),
    ...mountsBelow(builder.stateFolder),
  ];
  await expect.poll(left, { timeout: 120_000 }).toEqual([]);
  const { body } = await builder.send('GET', '/health');
  expect(healthSchema.parse(body).quarantined).toBe(0);
}

async function expectServing(builder: TestBuilder): Promise<void> {
  const id = await builder.run(good);
  expect(await builder.result(id)).toEqual({});
  await builder.send('DELETE', `/instances/${id}`);
}

test.each(kinds)(
  'a plugin that fills its temporary folder and crashes restarts with an empty one in $name',
  async (kind) => {
    const builder = await startBuilder(kind, limits);
    const id = await builder.run(crashing);
    expect(refusal(await builder.invoke(id))).toBe('502 instance-crashed');
    await expect.poll(() => builder.result(id, { list: true })).toEqual({ names: [] });
    await builder.close();
  },
);

test.each(kinds)('trees in temporary and data folders block nothing in $name', async (kind) => {
  const first = await startBuilder(kind, limits);
  const alone = kind.sandbox === 'vm';
  const bystander = alone ? undefined : await first.run(good);

  const id = await first.run(filling);
  expect(await first.result(id)).toEqual({});
  expect(await first.send('DELETE', `/instances/${id}`)).toEqual({ status: 204, body: undefined });
  await fillData(first, 'dep_data', 'plg_removed');
  expect(await first.send('DELETE', '/data/plg_removed')).toEqual({ status: 204, body: undefined });
  if (bystander) {
    expect(await first.result(bystander)).toEqual({});
    expect((await first.status(bystander)).restarts).toBe(0);
    await first.send('DELETE', `/instances/${bystander}`);
  }
  await expectServing(first);
  await expectRemoved(first);

  // The builder is killed while an instance runs, and before the data folder is removed.
  const last = await first.run(filling);
  expect(await first.result(last)).toEqual({});
  if (!alone) await fillData(first, 'dep_data', 'plg_late');
  await first.send('DELETE', '/data/plg_late');
  await first.kill('SIGKILL');
  await eventually(() => first.workers()).toEqual([]);

  const second = await restartBuilder(first, kind, limits);
  await expectServing(second);
  await expectRemoved(second);
  await second.close();
});
