// Follows a primary, and takes over from it.
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lockState, readStandby, standbyFile, writeStandby } from '../local/state-folder.ts';
import { stateSchemaError } from '../local/state-schema.ts';
import { reasonFor } from '../machine/command-line.ts';
import { duration, print } from '../machine/terminal.ts';
import { finishCopy } from './copy.ts';
import { changes, copyOnce, PrimaryRuns } from './primary.ts';

const intervalMs = 2000;
const pauseMaxMs = 5000;
const roundsBetweenLines = 30;
const stopMs = 10_000;

/** Follows until this process ends. Connects again after an error. */
export async function follow(folder: string, of: string): Promise<never> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const earlier = await readStandby(folder);
  if (!earlier && (await readdir(folder)).some((name) => !name.startsWith('running.lock')))
    throw new Error(`${folder} is not empty, and not a standby's copy. Use a new folder.`);
  if (!lockState(folder)) throw new Error(`another process uses ${folder}. Stop it first.`);
  await writeStandby(folder, { ...earlier, of, pid: process.pid });
  for (; ; await delay(intervalMs)) {
    const reason = await copyUntilError(folder, of).catch(reasonFor);
    process.stderr.write(`${new Date().toISOString()} ${of}: ${reason}; trying again\n`);
  }
}

async function copyUntilError(folder: string, of: string): Promise<void> {
  let round = 0;
  let askedAt = Date.now();
  for await (const at of changes(folder, of, false)) {
    await writeStandby(folder, { of, pid: process.pid, at, asked_at: new Date(askedAt).toISOString() });
    const tookMs = Date.now() - askedAt;
    if (round++ % roundsBetweenLines === 0) print(`${at} copied in ${duration(tookMs)}`);
    await delay(Math.min(Math.max(intervalMs - tookMs, tookMs / 2), pauseMaxMs));
    askedAt = Date.now();
  }
}

/** Copies the last changes, and keeps the primary from starting. Returns the `problem` if its machine doesn't answer. */
export async function promote(folder: string): Promise<{ at: string; problem: string | undefined }> {
  const standby = await readStandby(folder);
  if (standby?.at === undefined) throw new Error(`${folder} has no complete copy. Restore a backup instead.`);
  for (const until = performance.now() + stopMs; !lockState(folder); await delay(50)) {
    if (performance.now() > until) throw new Error(`process ${standby.pid} does not end. Kill it, and try again.`);
    process.kill(standby.pid, 'SIGTERM');
  }
  await finishCopy(folder);
  const stateError = await stateSchemaError(folder);
  if (stateError !== undefined) throw new Error(stateError);
  let { at } = standby;
  let problem: string | undefined;
  try {
    at = await copyOnce(folder, standby.of, true);
  } catch (error) {
    if (error instanceof PrimaryRuns) throw error;
    problem = reasonFor(error);
  }
  await finishCopy(folder);
  await chmod(folder, 0o711); // the builder's workers may run as other users
  await rm(join(folder, standbyFile));
  return { at, problem };
}
