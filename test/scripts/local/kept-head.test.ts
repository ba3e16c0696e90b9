// Tests that the head of a Ray cluster is restarted whenever it ends, until it is stopped. A small program stands in for Ray.
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePorts } from '../../../scripts/machine/ports.ts';
import { startHead } from '../../../scripts/ray/head.ts';
import { KeptHead } from '../../../scripts/ray/kept-head.ts';

/** Keeps running. */
const idle = 'exec sleep 600';

async function keptHead(script = idle, dashboardPort = 1) {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-kept-'));
  const program = join(folder, 'ray');
  await writeFile(program, `#!/bin/sh\necho $$ >> ${folder}/pids\n${script.replaceAll('FOLDER', folder)}\n`);
  await chmod(program, 0o755);
  const pids = async () =>
    (await readFile(join(folder, 'pids'), 'utf8').catch(() => '')).split('\n').slice(0, -1).map(Number);
  const start = () => startHead({ program, dashboardPort, cpus: 1, token: 'f'.repeat(64) });
  const lines: string[] = [];
  const kept = new KeptHead(await start(), start, (line) => lines.push(line));
  onTestFinished(async () => {
    await kept.stop();
    await rm(folder, { recursive: true });
  });
  return { kept, lines, pids };
}

test('a killed head is restarted with its token, but not after a stop', async () => {
  const { kept, lines, pids } = await keptHead();
  await expect.poll(async () => (await pids()).length).toBe(1);
  const [first = 0] = await pids();
  const before = kept.current;
  process.kill(first, 'SIGKILL');
  await expect.poll(async () => (await pids()).length).toBe(2);
  await expect.poll(() => kept.current !== before).toBe(true);
  expect([lines, kept.current.token]).toEqual([['ended; restarting'], before.token]);
  await kept.stop();
  await kept.current.ended();
  expect((await pids()).length).toBe(2);
});

test('a first head that exits while it starts is replaced, and its reason is printed', async () => {
  const [port = 0] = await freePorts(1);
  const dashboard = `require('node:http').createServer((_, answer) => answer.end()).listen(${port}, '127.0.0.1')`;
  const once = `[ -e FOLDER/failed ] || { touch FOLDER/failed; echo 'The node timed out.'; exit 1; }`;
  const { kept, lines, pids } = await keptHead(`${once}\nexec ${process.execPath} -e "${dashboard}"`, port);
  const head = await kept.ready();
  expect([head === kept.current, (await pids()).length]).toEqual([true, 2]);
  expect(lines).toEqual(expect.arrayContaining(['Ray did not start:', 'The node timed out.', 'ended; restarting']));
});

test('a head that never starts is given up after five starts, with its reason', { tags: 'long' }, async () => {
  const { kept, pids } = await keptHead('echo "No such option: --head"; exit 2');
  await expect(kept.ready()).rejects.toThrow('Ray did not start:\nNo such option: --head');
  expect((await pids()).length).toBeGreaterThanOrEqual(5);
});
