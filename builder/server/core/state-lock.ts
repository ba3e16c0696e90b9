// Locks a state folder, so that only one process uses it.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const lockFile = 'running.lock';
/** SQLite's error code when another connection holds the lock. */
const busy = 5;
const busyError = z.object({ errcode: z.literal(busy) });

/** Locks that this process keeps until it exits: garbage-collecting a connection would release its lock. */
const held: DatabaseSync[] = [];

/**
 * Returns whether this process now holds the folder, which must exist. The system releases the lock however the process exits, and a
 * copy of the folder isn't locked. The lock is on an SQLite file because Node has no file locks.
 */
export function lockState(state: string): boolean {
  const file = new DatabaseSync(join(state, lockFile));
  try {
    file.exec('begin exclusive');
  } catch (error) {
    file.close();
    if (busyError.safeParse(error).success) return false;
    throw error;
  }
  held.push(file);
  return true;
}
