// @module-tag root
// Tests root's builder where everything was made under umask 077: the checkout, workerd and the state. Plugins run as users who may
// read none of it.
import { spawnSync } from 'node:child_process';
import { chmodSync, constants, copyFileSync, cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findWorkerd } from '../../../builder/server/isolates/isolate-process.ts';
import { kinds, sharedPython, unconfined } from '../breakout/kinds.ts';
import { PackageBuilder } from '../environments/wheels.ts';
import { echo, execute, goMod, startGoBuilder } from '../go-support.ts';
import { isolateSpec, startReady } from '../isolates/isolate-support.ts';
import { handler, newFolder, TestBuilder } from '../support.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url).href);
const rootKinds = [...kinds, unconfined].filter(({ uid, sandbox }) => uid === undefined || sandbox === 'none');
const importsSdk = handler(
  'def predict(self, request):\n    return {"sdk": sdk.__name__}',
  'from shared.plugins import sdk',
);
const importsOne = handler('def predict(self, request):\n    return {"value": one.VALUE}', 'import one');

function newOpenFolder(): string {
  const folder = newFolder();
  chmodSync(folder, 0o755);
  return folder;
}

/** Closes what `find` finds in the folder with these tests. Fails for files that an ended builder's processes still remove. */
function closeFound(folder: string, ...tests: string[]): void {
  spawnSync('find', [folder, ...tests, '-exec', 'chmod', 'go-rwx', '{}', '+']);
}

const closings = {
  'files and folders': (folder: string) => closeFound(folder, '!', '-type', 'l'),
  'files in open folders': (folder: string) => closeFound(folder, '-type', 'f'),
};
const close = closings['files and folders'];

/** Returns the path of main.ts in a copy of this checkout. */
function closedCheckout(closing = close): string {
  const checkout = join(newOpenFolder(), 'slipway');
  for (const name of ['builder', 'src', 'package.json'])
    cpSync(join(project, name), join(checkout, name), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(checkout, 'node_modules'));
  closing(checkout);
  return join(checkout, 'builder/server/main.ts');
}

function closedWorkerd(): string {
  const installed = findWorkerd(undefined);
  if ('reason' in installed) throw new Error(installed.reason);
  const copy = join(newOpenFolder(), 'workerd');
  copyFileSync(installed.executable, copy, constants.COPYFILE_FICLONE);
  chmodSync(copy, 0o700);
  return copy;
}

async function settingsOf(sandbox: string): Promise<Record<string, string>> {
  return { BUILDER_SANDBOX: sandbox, BUILDER_SINGLE: '1', PYTHON: await sharedPython() };
}

describe.each(rootKinds)('in $sandbox', ({ sandbox }) => {
  test.each(Object.entries(closings))('a plugin runs from a checkout whose %s are closed', async (_, closing) => {
    const stateFolder = join(newOpenFolder(), 'state');
    const script = closedCheckout(closing);
    const builder = await TestBuilder.start({ env: await settingsOf(sandbox), stateFolder, script });
    expect(await builder.result(await builder.run(importsSdk))).toEqual({ sdk: 'shared.plugins.sdk' });
    await builder.close();
  });

  test('a plugin reads its packages in a state that was closed afterwards', { tags: ['uv'] }, async () => {
    const stateFolder = join(newOpenFolder(), 'state');
    const settings = { env: await settingsOf(sandbox), wheels: newOpenFolder(), stateFolder };
    const first = await PackageBuilder.start(settings);
    first.add({ name: 'one', files: { 'one.py': 'VALUE = 1\n' } });
    const { environment } = await first.install('one');
    expect(await first.result('before', importsOne, environment)).toEqual({ value: 1 });
    await first.builder.close();
    close(stateFolder);
    const second = await PackageBuilder.start(settings);
    expect(await second.result('after', importsOne, environment)).toEqual({ value: 1 });
    await second.builder.close();
  });
});

describe.each(rootKinds)('Go in $sandbox', { tags: 'long' }, ({ sandbox }) => {
  test('a closed workerd runs a plugin that a closed checkout built', { tags: ['go'] }, async () => {
    const stateFolder = join(newOpenFolder(), 'state');
    const env = { ...(await settingsOf(sandbox)), BUILDER_WORKERD: closedWorkerd() };
    const script = closedCheckout();
    const first = await startGoBuilder({ env, stateFolder, script });
    const spec = await isolateSpec(first, { 'go.mod': goMod(), 'plugin.go': echo });
    await first.close();
    close(stateFolder);
    const second = await startGoBuilder({ env, stateFolder, script });
    await isolateSpec(second, { 'go.mod': goMod(), 'plugin.go': echo.replace('"action"', '"done"') });
    await startReady(second, 'closed', spec);
    expect(await execute(second, 'closed', 'x')).toMatchObject({ status: 200 });
    await second.close();
  });
});
