// Runs the documented drill: a backup is made while Slipway runs, and restored into an empty folder, where a second Slipway runs beside
// the first. An incomplete backup changes nothing.
// @module-tag long
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { backUp } from '../../scripts/backup/back-up.ts';
import { describe, inventoryFile } from '../../scripts/backup/inventory.ts';
import { restore } from '../../scripts/backup/restore.ts';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { freePorts } from '../../scripts/machine/ports.ts';
import { documentedCommands } from '../documented-commands.ts';
import { ownMigrations, writeDatabase } from '../scripts/local/old-state.ts';
import { echoPlugin, publish } from './plugins.ts';
import { endAll } from './processes.ts';
import { Slipway, startSlipway, stateFolder } from './slipway.ts';

const clientOf = (local: Local) => new ExtractorClient(local);

/** Runs a shell script in the project root, with the original Slipway's state folder. */
function startScript(script: string, state: string): ChildProcess {
  const env = { ...process.env, SLIPWAY_STATE: state };
  return spawn('sh', ['-ec', script], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
}

test('the documented drill restores a Slipway beside the running one, and its events verify', async () => {
  const [state, folder] = [await stateFolder(), await stateFolder()];
  const restored = join(folder, 'state');
  onTestFinished(() => endAll(restored));
  const original = await startSlipway(state);
  const client = clientOf(await original.ready());
  const plugin = echoPlugin('kept', '1.0.0');
  await publish(client, plugin);
  await client.deploy(plugin.pluginId);
  await waitUntilSettled(client, plugin.pluginId, 120_000);

  const [port = 0, builderPort = 0] = await freePorts(2);
  const drill = {
    '/tmp/drill': folder,
    'PORT=9080': `PORT=${port}`,
    'BUILDER_PORT=9790': `BUILDER_PORT=${builderPort}`,
  };
  const started = startScript(documentedCommands('docs/backup.md', 'npm run restore -- /tmp/drill', drill), state);
  const copy = new Slipway(started, restored, port);
  const local = await copy.ready();
  expect(await clientOf(local).call(plugin.pluginId, { text: 'x' })).toMatchObject({ status: 'success' });
  expect(await client.call(plugin.pluginId, { text: 'x' })).toMatchObject({ status: 'success' });

  const verify = documentedCommands('docs/backup.md', 'verify-events', { '/tmp/drill': folder });
  const verified = startScript(verify, state);
  const [output, errors] = await Promise.all(
    [verified.stdout, verified.stderr].map((stream) => stream && text(stream)),
  );
  expect(`${output}${errors}`).toMatch(/^✓ \d+ events in \d+ blocks are intact/);
  if (started.pid !== undefined) process.kill(-started.pid, 'SIGINT');
  await copy.ended();
});

const secrets = JSON.stringify({ data_kek: 'k'.repeat(64) });

/** Creates a backup of the state of a Slipway that has never run. */
async function smallBackup() {
  const state = await stateFolder();
  await writeFile(join(state, 'state.json'), '{"format": 1}');
  await writeFile(join(state, 'secrets.json'), secrets);
  for (const part of ['d1', 'r2']) await mkdir(join(state, 'platform/v3', part), { recursive: true });
  const folder = await stateFolder();
  expect(await backUp(state, folder, true)).toMatchObject({ files: 2 });
  const target = join(await stateFolder(), 'target');
  return { state, folder, target, restored: (keys = folder) => restore(folder, target, keys) };
}

test.each<[what: string, damage: (folder: string) => Promise<unknown>, message: RegExp]>([
  ['was interrupted', (folder) => rm(join(folder, inventoryFile)), /it is not a backup, or the backup was interrupted/],
  ['lacks a file', (folder) => rm(join(folder, 'state.json')), /the backup lacks state\.json\. It is incomplete/],
  ['has a changed file', (folder) => writeFile(join(folder, 'state.json'), '{"format": 2}'), /state\.json has changed/],
  [
    'has a cut inventory',
    (folder) => writeFile(join(folder, inventoryFile), '{"format": 1'),
    /is damaged, or from a newer/,
  ],
])('a backup that %s is refused and changes nothing', async (_, damage, message) => {
  const { folder, restored, target } = await smallBackup();
  await damage(folder);
  expect(await restored()).toMatch(message);
  await expect(readdir(target)).rejects.toThrow('ENOENT');
});

test("a backup is not restored with another backup's key, without a key, or over existing state", async () => {
  const { folder, restored, state, target } = await smallBackup();
  const other = await stateFolder();
  expect(await restored(other)).toMatch(/has no secrets\.json/);
  await writeFile(join(other, 'secrets.json'), JSON.stringify({ data_kek: 'o'.repeat(64) }));
  expect(await restored(other)).toMatch(/does not match this backup/);
  expect(await restore(folder, state, folder)).toMatch(/is not empty\. Nothing was changed\./);
  expect(await restored()).toMatchObject({ files: 1 });
  expect(await readFile(join(target, 'secrets.json'), 'utf8')).toBe(secrets);
  await cp(folder, other, { recursive: true });
  expect(await backUp(target, other, false)).toMatch(/is not empty/);
});

test("a database that isn't this version's is neither backed up nor restored", async () => {
  const { folder, restored, state, target } = await smallBackup();
  writeDatabase(state, ownMigrations, 'drop table budgets');
  expect(await backUp(state, await stateFolder(), true)).toMatch(/lacks the table budgets.* Nothing was copied\.$/);
  const name = 'platform/v3/d1/miniflare-D1DatabaseObject/one.sqlite';
  await cp(join(state, name), join(folder, name));
  const inventory = JSON.parse(await readFile(join(folder, inventoryFile), 'utf8'));
  inventory.files[name] = await describe(join(folder, name));
  await writeFile(join(folder, inventoryFile), JSON.stringify(inventory));
  expect(await restored()).toMatch(/lacks the table budgets.* Nothing was changed\.$/);
  await expect(readdir(target)).rejects.toThrow('ENOENT');
});
