// Kills a primary under publishes and calls, and takes over with the documented commands while its machine doesn't answer.
// @module-tag long
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { filesBelow } from '../../../scripts/backup/inventory.ts';
import { missingObject } from '../../../scripts/backup/restore.ts';
import { ExtractorClient, waitUntilSettled } from '../../../scripts/demo/extractor-client.ts';
import { freePorts } from '../../../scripts/machine/ports.ts';
import { killProcess, listProcesses } from '../../../scripts/testing/processes.ts';
import { documentedCommands } from '../../documented-commands.ts';
import { copied, type Standby, standbyOf } from '../../scripts/standby/follower.ts';
import { echoPlugin, publish } from '../plugins.ts';
import { endAll } from '../processes.ts';
import { Slipway, startSlipway, stateFolder } from '../slipway.ts';

const liveMs = 120_000;
const example = '/var/lib/slipway-standby';

interface Published {
  pluginId: string;
  /** When the primary had confirmed the upload. */
  at: string;
}

/** Publishes versions until the primary dies. The first one also gets calls. */
async function publishUntilError(client: ExtractorClient, published: Published[]): Promise<void> {
  for (let version = 1; ; version++) {
    const plugin = echoPlugin('kept', `1.0.${version}`);
    await publish(client, plugin);
    published.push({ pluginId: plugin.pluginId, at: new Date().toISOString() });
    await client.call('kept_1_0_0', { version });
  }
}

/** Kills all processes of the primary and its sender at once, as a machine that loses power does. */
async function losePower(primary: string, { disconnect }: Standby): Promise<void> {
  await disconnect();
  for (const { pid, command } of listProcesses(primary)) if (!command.includes('--of ')) killProcess(pid);
}

async function startTakeover({ copy, env }: Standby): Promise<Slipway> {
  const [port = 0, builderPort = 0] = await freePorts(2);
  const commands = documentedCommands('docs/standby.md', '--promote', { [example]: copy });
  const ports = { PORT: String(port), BUILDER_PORT: String(builderPort) };
  onTestFinished(() => endAll(copy));
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  return new Slipway(spawn('sh', ['-ec', commands], { env: { ...env, ...ports }, stdio, detached: true }), copy, port);
}

test('a standby takes over from a primary that is killed under publishes and calls', async () => {
  const primary = await stateFolder();
  const client = new ExtractorClient(await (await startSlipway(primary)).ready());
  const first = echoPlugin('kept', '1.0.0');
  await publish(client, first);
  await client.deploy(first.pluginId);
  await waitUntilSettled(client, first.pluginId, liveMs);
  const published: Published[] = [];
  const publishing = publishUntilError(client, published).catch(() => {});

  const standby = await standbyOf(primary);
  standby.follow();
  await copied(standby.copy);
  const before = published.length;
  await expect.poll(() => published.length, { timeout: liveMs }).toBeGreaterThan(before + 2);
  await copied(standby.copy);
  await losePower(primary, standby);
  const lostAt = Date.now();
  await publishing;

  const slipway = await startTakeover(standby);
  const local = await slipway.ready();
  const tookMs = Date.now() - lostAt;
  const [, at = ''] = await slipway.printed(/Writes after (\S+) are lost/);
  const copy = new ExtractorClient(local);
  const kept = published.filter((version) => version.at < at);
  expect(kept.length).toBeGreaterThan(before);
  for (const { pluginId } of kept) expect(await copy.exists(pluginId)).toBe(true);
  expect(await copy.call(first.pluginId, { text: 'x' })).toMatchObject({ status: 'success' });
  const newest = kept.at(-1)?.pluginId ?? '';
  await copy.deploy(newest);
  expect(await waitUntilSettled(copy, newest, liveMs)).toMatchObject({ status: 'DEPLOYED' });
  // Slipway is running, so an object may be stored after the files are listed.
  await expect.poll(async () => missingObject(standby.copy, await filesBelow(standby.copy))).toBeUndefined();
  // Slipway seals events when they are a minute old.
  await expect
    .poll(() => verifyEvents(standby.copy), { timeout: liveMs, interval: 5000 })
    .toMatch(/^✓ [1-9]\d* events in [1-9]\d* blocks are intact/);
  const lostMs = lostAt - Date.parse(at);
  console.info(`${kept.length} of ${published.length} versions kept; ${lostMs} ms lost; answered after ${tookMs} ms`);
});

/** Runs the documented verification. */
function verifyEvents(state: string): Promise<string> {
  const events = join(state, 'events.ndjson');
  const values = { [example]: state, '/tmp/events.ndjson': events };
  const commands = documentedCommands('docs/standby.md', 'verify-events', values);
  return text(spawn('sh', ['-ec', commands], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout);
}
