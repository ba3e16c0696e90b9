// Tests that the head of a Ray cluster is restarted whenever it ends, until it is stopped. A program that just keeps running stands in
// for Ray.
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startHead } from '../../../scripts/ray/head.ts';
import { KeptHead } from '../../../scripts/ray/kept-head.ts';

async function keptHead() {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-kept-'));
  const program = join(folder, 'ray');
  await writeFile(program, `#!/bin/sh\necho $$ >> ${folder}/pids\nexec sleep 600\n`);
  await chmod(program, 0o755);
  const pids = async () =>
    (await readFile(join(folder, 'pids'), 'utf8').catch(() => '')).split('\n').slice(0, -1).map(Number);
  const start = () => startHead({ program, dashboardPort: 1, cpus: 1, token: 'f'.repeat(64) });
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
