// Lets one process at a time use a state folder. The system takes the lock back when its process ends, however it ends, and a copy of the
// folder is not locked. A file of SQLite is locked because Node has no locks of its own.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const lockFile = 'running.lock';
/** SQLite's number for a lock that another connection has. */
const busy = 5;
const busyError = z.object({ errcode: z.literal(busy) });

/** Locks that this process keeps until it ends: a connection that is collected would give its lock back. */
const held: DatabaseSync[] = [];

/** Returns whether the folder, which must exist, now belongs to this process. */
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
