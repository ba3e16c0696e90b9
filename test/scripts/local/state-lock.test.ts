// Tests a state folder's lock: one process holds it, a copy of the folder is not locked, and killing the process releases it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockState } from '../../../builder/server/core/state-lock.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-lock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Starts a process that locks the folder and keeps the lock until it is killed. */
async function startHolder(folder: string) {
  const lock = `import { lockState } from '${resolve('builder/server/core/state-lock.ts')}';`;
  const script = `${lock} process.stdout.write(String(lockState('${folder}'))); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('true');
  return child;
}

test('a folder belongs to one process until the process is killed', async () => {
  const folder = await temporaryFolder();
  const holder = await startHolder(folder);
  expect(lockState(folder)).toBe(false);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(lockState(folder)).toBe(true);
});

test('a copy of a locked folder is not locked', async () => {
  const [folder, copy] = [await temporaryFolder(), await temporaryFolder()];
  await startHolder(folder);
  await cp(folder, copy, { recursive: true });
  expect(lockState(copy)).toBe(true);
});
