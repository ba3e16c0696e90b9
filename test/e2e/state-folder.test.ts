// Tests the `npm start` state folder: it is used by one process at a time, only its owner can read its secrets, and `--fresh` deletes
// its state.
// @module-tag long
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ExtractorClient } from '../../scripts/demo/extractor-client.ts';
import { echoPlugin, publish } from './plugins.ts';
import { startSlipway, stateFolder } from './slipway.ts';

test('one process at a time uses the folder, only its owner can read its secrets, and --fresh deletes its state', async () => {
  const state = await stateFolder();
  const own = join(state, 'notes.txt');
  await writeFile(own, 'not of Slipway');
  const first = await startSlipway(state);
  const local = await first.ready();
  const plugin = echoPlugin('echo', '1.0.0');
  await publish(new ExtractorClient(local), plugin);
  for (const name of ['local.json', 'secrets.json'])
    expect([name, (await stat(join(state, name))).mode & 0o777]).toEqual([name, 0o600]);
  expect(await (await startSlipway(state)).ended()).toEqual({
    exitCode: 1,
    output: `slipway: another Slipway at ${first.url} is using this state folder. Stop it, or set SLIPWAY_STATE to another folder.\n`,
  });
  const secrets = await readFile(join(state, 'secrets.json'), 'utf8');
  expect(JSON.parse(await readFile(join(state, 'state.json'), 'utf8'))).toEqual({ format: 1 });
  await first.stop();
  await rm(join(state, 'state.json')); // simulates a folder that this version of Slipway can't read

  const second = await (await startSlipway(state, { args: ['--no-demo', '--fresh'] })).ready();
  expect(second.namespace_id).not.toBe(local.namespace_id);
  expect(second.api_key).not.toBe(local.api_key);
  expect(await readFile(join(state, 'secrets.json'), 'utf8')).not.toBe(secrets);
  expect(await new ExtractorClient(second).exists(plugin.pluginId)).toBe(false);
  expect(await readFile(own, 'utf8')).toBe('not of Slipway');
});
