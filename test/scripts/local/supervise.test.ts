import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startStep } from '../../../scripts/local/step-process.ts';
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

/** Writes a program that the kernel kills, as it does for lack of memory. */
async function killedProgram(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-supervise-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'killed.ts');
  await writeFile(file, "process.kill(process.pid, 'SIGKILL');\n");
  return file;
}

const lacksMemory =
  /^the part did not start: it was killed, probably for lack of memory: [\d.,]+ MiB free\. Slipway needs 1 GB\. Stop other programs, or give the machine or container more memory\. Then run the command again\.$/;

test('a part that is killed while it starts is said to lack memory', async () => {
  const service = { name: 'part', file: await killedProgram(), env: process.env, onLine: () => {} };
  await expect(supervise(service)).rejects.toThrow(lacksMemory);
});

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a part that %s ends while it first starts is started again',
  async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-supervise-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'ended.ts');
    await writeFile(
      file,
      `import { existsSync, writeFileSync } from 'node:fs';
const isSecond = existsSync('${folder}/started');
writeFileSync('${folder}/started', '');
if (!isSecond) process.kill(process.pid, '${signal}');
process.once('disconnect', () => process.exit());
setTimeout(() => process.send?.({}), 10);\n`,
    );
    const lines: string[] = [];
    const supervisor = await supervise({
      name: 'part',
      file,
      env: process.env,
      onLine: (line) => void lines.push(line),
    });
    onTestFinished(supervisor.stop);
    expect(lines).toEqual([`ended (${signal}) while it started; starting it again`]);
  },
);

test('a running part that the kernel kills leaves a line that names lack of memory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-supervise-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'running.ts');
  await writeFile(file, "process.once('disconnect', () => process.exit());\nprocess.send?.({});\n");
  const [lines, pids]: [string[], number[]] = [[], []];
  const onReady = (_: unknown, pid: number | undefined) => void pids.push(pid ?? 0);
  const onLine = (line: string) => void lines.push(line);
  const supervisor = await supervise({ name: 'part', file, env: process.env, onLine, onReady });
  onTestFinished(supervisor.stop);
  process.kill(pids[0] ?? 0, 'SIGKILL');
  await expect.poll(() => pids).toHaveLength(2);
  expect(lines).toEqual([
    expect.stringMatching(
      /^ended \(SIGKILL\), as the kernel ends it for lack of memory; [\d.,]+ MiB free now; restarting$/,
    ),
  ]);
});

test('a step that is killed is said to lack memory', async () => {
  const file = await killedProgram();
  await expect(startStep(file, process.env).ended).rejects.toThrow(
    `${file} ended early: it was killed, probably for lack of memory: `,
  );
});

test('a part that is killed for not being ready in time is not said to lack memory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-supervise-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'hangs.ts');
  await writeFile(file, "process.once('disconnect', () => process.exit());\n");
  const service = { name: 'part', file, env: process.env, onLine: () => {}, readyMs: 1 };
  await expect(supervise(service)).rejects.toThrow('the part did not start: it took too long. Its output is above.');
});
