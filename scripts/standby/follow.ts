// Follows a primary, and takes over from it.
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lockState } from '../../builder/server/core/state-lock.ts';
import { formatDuration } from '../../src/core/quantities.ts';
import { isFile } from '../backup/inventory.ts';
import { type DamagedObject, damagedObjects } from '../backup/objects.ts';
import { databaseProblem } from '../backup/restore.ts';
import {
  readStandby,
  readTakeover,
  type Standby,
  standbyError,
  standbyFile,
  stateFormatFile,
  takeoverFile,
  writeStandby,
} from '../local/state-folder.ts';
import { stateSchemaError } from '../local/state-schema.ts';
import { reasonFor } from '../machine/command-line.ts';
import { print } from '../machine/terminal.ts';
import { CopyFailed, copiedFiles, finishCopy } from './copy.ts';
import { changes, copyOnce, PrimaryRefused } from './primary.ts';

const intervalMs = 2000;
const pauseMaxMs = 5000;
const roundsBetweenLines = 30;
const stopMs = 10_000;

/** Follows until this process exits. Connects again after an error. */
export async function follow(folder: string, of: string): Promise<never> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const earlier = await readStandby(folder);
  const isCopy = (await standbyError(folder)) !== undefined;
  if (!isCopy && (await readdir(folder)).some((name) => !name.startsWith('running.lock')))
    throw new Error(`${folder} is not empty, and not a standby's copy. Use a new folder.`);
  if (!lockState(folder)) throw new Error(`another process uses ${folder}. Stop it first.`);
  const id = earlier?.id ?? randomUUID();
  await writeStandby(folder, { ...earlier, id, of, pid: process.pid });
  for (; ; await delay(intervalMs)) {
    const reason = await copyUntilError(folder, { id, of, pid: process.pid }).catch(reasonFor);
    process.stderr.write(`${new Date().toISOString()} ${of}: ${reason}; trying again\n`);
  }
}

async function copyUntilError(folder: string, standby: Standby): Promise<void> {
  let round = 0;
  let askedAt = Date.now();
  for await (const at of changes(folder, standby.of)) {
    await writeStandby(folder, { ...standby, at, asked_at: new Date(askedAt).toISOString() });
    await rm(join(folder, takeoverFile), { force: true });
    const tookMs = Date.now() - askedAt;
    if (round++ % roundsBetweenLines === 0) print(`${at} copied in ${formatDuration(tookMs)}`);
    await delay(Math.min(Math.max(intervalMs - tookMs, tookMs / 2), pauseMaxMs));
    askedAt = Date.now();
  }
}

export interface Takeover {
  /** The copy has everything that was written before this time. */
  at: string;
  /** Why the primary's machine doesn't answer. */
  problem: string | undefined;
  /** Objects that the primary doesn't have intact either. */
  damaged: DamagedObject[];
}

/** Copies the last changes, and keeps the primary from starting. Does nothing to a folder that can start: it may have taken over before. */
export async function promote(folder: string): Promise<Takeover | undefined> {
  if ((await isFile(join(folder, stateFormatFile))) && (await standbyError(folder)) === undefined) return undefined;
  const standby = await readStandby(folder);
  if (standby?.at === undefined) {
    const takeover = (await readTakeover(folder)) && (await standbyError(folder));
    throw new Error(takeover ?? `${folder} has no complete copy. Restore a backup instead.`);
  }
  for (const until = performance.now() + stopMs; !lockState(folder); await delay(50)) {
    if (performance.now() > until) throw new Error(`process ${standby.pid} does not end. Kill it, and try again.`);
    process.kill(standby.pid, 'SIGTERM');
  }
  await finishCopy(folder);
  const stateError = await stateSchemaError(folder);
  if (stateError !== undefined) throw new Error(stateError);
  let takeover = await copyLast(folder, { ...standby, at: standby.at }, []);
  // The primary sends damaged objects again.
  if (takeover.damaged.length > 0 && takeover.problem === undefined)
    takeover = await copyLast(folder, { ...standby, at: takeover.at }, takeover.damaged);
  const damage = databaseProblem(folder, await copiedFiles(folder));
  if (damage !== undefined)
    throw new Error(`${damage} Try again when the primary's machine answers, or restore a backup.`);
  await chmod(folder, 0o711); // the builder's workers may run as other users
  await rm(join(folder, standbyFile));
  return takeover;
}

async function copyLast(folder: string, standby: Standby & { at: string }, again: DamagedObject[]): Promise<Takeover> {
  const copied = await copyFromPrimary(folder, standby, again);
  await finishCopy(folder);
  return { ...copied, damaged: await damagedObjects(folder) };
}

/** Goes on without a primary whose machine doesn't answer, and not if the copy can't be written. */
async function copyFromPrimary(
  folder: string,
  { at, id, of }: Standby & { at: string },
  again: DamagedObject[],
): Promise<Omit<Takeover, 'damaged'>> {
  try {
    const last = { taker: id, without: new Set(again.map(({ path }) => path)) };
    return { at: await copyOnce(folder, of, last), problem: undefined };
  } catch (error) {
    if (error instanceof PrimaryRefused || error instanceof CopyFailed) throw error;
    return { at, problem: reasonFor(error) };
  }
}
