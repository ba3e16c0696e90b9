// Tests what a builder says if it can't lend the GPUs that it was asked to lend.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sharedPython, startBuilder } from '../breakout/kinds.ts';
import { isRoot, TestBuilder } from '../support.ts';
import { cardsFolder, gpusOf, startOn, startWithCards } from './stand-in.ts';

async function problemOn(folder: string, env: Record<string, string> = {}) {
  const builder = await TestBuilder.start({
    env: { BUILDER_GPUS: 'all', BUILDER_NVML: join(folder, 'nvml_stand_in.py'), ...env },
  });
  onTestFinished(() => builder.close());
  const event = await startOn(builder, 'dep_a', { share: { cards: 1 } });
  const gpus = await gpusOf(builder);
  expect(event).toMatchObject({
    error: { code: 'needs-gpu', message: expect.stringContaining(gpus?.problem ?? 'no problem') },
  });
  return gpus?.problem;
}

test('without the driver, it says so, and serves other plugins', { tags: 'namespaces' }, async () => {
  const folder = cardsFolder(80);
  rmSync(join(folder, 'cards.json'));
  expect(await problemOn(folder)).toBe(
    "the NVIDIA driver's library can't be used: libnvidia-ml.so.1: cannot open shared object file: No such file or directory.",
  );
});

test('a missing device file is named, with the command that makes it', { tags: 'namespaces' }, async () => {
  const folder = cardsFolder(80);
  rmSync(join(folder, 'nvidiactl'));
  expect(await problemOn(folder)).toBe(`${folder}/nvidiactl is missing. Run \`nvidia-modprobe -u -c 0\` once as root.`);
});

test('a card that the setting names but the driver lacks is named', { tags: 'namespaces' }, async () => {
  expect(await problemOn(cardsFolder(80, 80), { BUILDER_GPUS: '0,5' })).toBe(
    'BUILDER_GPUS names 5, and the driver has 0 (GPU-0000-0), 1 (GPU-0000-1).',
  );
});

test('only the cards that the setting names are lent', { tags: 'namespaces' }, async () => {
  const { builder } = await startWithCards([80, 40, 20], { env: { BUILDER_GPUS: '2,GPU-0000-1' } });
  onTestFinished(() => builder.close());
  expect((await gpusOf(builder))?.cards.map(({ index }) => index)).toEqual([1, 2]);
});

test('a sandbox without a root of its own is refused, with the reason', async () => {
  expect(await problemOn(cardsFolder(80), { BUILDER_SANDBOX: 'landlock', PYTHON: await sharedPython() })).toBe(
    "GPUs are lent only in the sandbox `namespaces`, and this builder's is `landlock`, because BUILDER_SANDBOX is landlock. Remove the setting to use the strongest sandbox.",
  );
});

test('a card on which a process in the sandbox cannot allocate is not lent', { tags: 'namespaces' }, async () => {
  const folder = cardsFolder(80);
  writeFileSync(
    join(folder, 'nvml_stand_in.py'),
    '\n\ndef hold(size):\n    raise RuntimeError("cuInit: no device")\n',
    { flag: 'a' },
  );
  expect(await problemOn(folder)).toMatch(
    /^GPU 0 \(NVIDIA H100\): a process in the sandbox can't use the card: cuInit: no device/,
  );
});

test('only whole cards are lent if the driver does not name the processes of this machine', {
  tags: 'namespaces',
}, async () => {
  const folder = cardsFolder(80);
  writeFileSync(join(folder, 'nvml_stand_in.py'), '\n\ndef _locks():\n    return {}\n', { flag: 'a' });
  const builder = await TestBuilder.start({
    env: { BUILDER_GPUS: 'all', BUILDER_NVML: join(folder, 'nvml_stand_in.py') },
  });
  onTestFinished(() => builder.close());
  expect((await gpusOf(builder))?.whole_cards_only).toContain("The driver doesn't name this machine's processes");
  expect(await startOn(builder, 'dep_b', { share: { fraction: 0.5 } })).toMatchObject({
    error: { code: 'needs-gpu', message: expect.stringContaining('lends only whole GPUs') },
  });
  expect(await startOn(builder, 'dep_c', { share: { cards: 1 } })).toMatchObject({ type: 'ready' });
});

test.runIf(isRoot)('an ordinary user without control groups gets whole cards', { tags: 'namespaces' }, async () => {
  const env = { BUILDER_GPUS: 'all', BUILDER_NVML: join(cardsFolder(80), 'nvml_stand_in.py') };
  const builder = await startBuilder({ sandbox: 'namespaces', uid: 61_234 }, {}, env);
  onTestFinished(() => builder.close());
  expect((await gpusOf(builder))?.whole_cards_only).toContain('control groups');
  expect(await startOn(builder, 'dep_d', { share: { cards: 1 } })).toMatchObject({ type: 'ready' });
  expect(await builder.result('dep_d', { gib: 1 })).toMatchObject({ visible: 'GPU-0000-0' });
});

test('a builder without GPUs says how to lend some', async () => {
  const builder = await TestBuilder.start();
  onTestFinished(() => builder.close());
  expect(await gpusOf(builder)).toBeUndefined();
  expect(await startOn(builder, 'dep_s', { share: { cards: 1 } })).toMatchObject({
    error: { code: 'needs-gpu', message: expect.stringContaining('BUILDER_GPUS=all') },
  });
});
