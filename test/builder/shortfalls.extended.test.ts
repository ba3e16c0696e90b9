// Tests what `npm start` and `slipway doctor` say about a machine that lacks something.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { confinementFile } from '../../src/contract/builder/instances.ts';
import { machineReportSchema } from '../../src/contract/builder/machine/health.ts';
import { newFolder, TestBuilder } from './support.ts';

/** Returns what a builder with these variables writes for `slipway doctor`. */
async function shortfalls(env: Record<string, string>) {
  const stateFolder = newFolder();
  const builder = await TestBuilder.start({ stateFolder, env: { PYTHON: '/usr/bin/python3', ...env } });
  await builder.close();
  return machineReportSchema.parse(JSON.parse(readFileSync(join(stateFolder, confinementFile), 'utf8'))).shortfalls;
}

test('a builder without namespaces says what plugins lose, and how to get it back', async () => {
  expect(await shortfalls({ BUILDER_SANDBOX: 'landlock' })).toContainEqual({
    effect: "Plugins can't be granted network access, and all must belong to one organization.",
    reason:
      'The sandbox is landlock, because BUILDER_SANDBOX is landlock. Remove the setting to use the strongest sandbox.',
  });
});

test('a builder without a sandbox says that nothing confines plugins', async () => {
  expect(await shortfalls({ BUILDER_SANDBOX: 'none' })).toContainEqual({
    effect: 'Plugins can do everything the builder can.',
    reason: 'BUILDER_SANDBOX is none.',
  });
});

test('a builder without Go and Git says that Go plugins are disabled', async () => {
  const go = (await shortfalls({ PATH: '/nowhere' })).find(({ effect }) => effect === 'Go plugins are disabled.');
  expect(go?.reason).toMatch(/Git is not on PATH\..*Go is not on PATH\./);
});
