import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { restartDelayMs, supervise } from '../../../scripts/local/supervise.ts';

test('the first restart is immediate, and later restarts follow after 1, 2, 4 … 30 s', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 100].map(restartDelayMs)).toEqual([
    0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

test('a process that is still starting is not replaced, however long it takes on a busy machine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-supervise-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'slow.ts');
  await writeFile(
    file,
    "process.once('disconnect', () => process.exit()); setTimeout(() => process.send?.({}), 500);\n",
  );
  const lines: string[] = [];
  const pids: (number | undefined)[] = [];
  const onReady = (_message: unknown, pid: number | undefined) => void pids.push(pid);
  const service = { name: 'slow', file, env: process.env, onLine: (line: string) => void lines.push(line), onReady };
  const supervisor = await supervise(service);
  onTestFinished(supervisor.stop);
  supervisor.replace();
  await expect.poll(() => lines).toHaveLength(1);
  const impatience = setInterval(supervisor.replace, 20);
  await expect.poll(() => pids).toHaveLength(2);
  clearInterval(impatience);
  expect(lines[0]).toBe('ended (SIGKILL); restarting');
});
