// Lets calls go ahead of other work where one workerd runs the Worker, its database, its store and its queues on one thread. workerd
// reads its sockets only when it is otherwise idle, which never happens while one query follows another, so it wouldn't notice a new
// call. While calls are served, other work therefore goes one piece at a time, with a short wait after each. Loops over bytes and rows
// always do this, since a stream that is always ready leaves no idle time.

/** Without calls, work is not slowed down. */
const servedMs = 1000;
/** The turn of an aborted request ends after this time. */
const turnMs = 250;
/** Nobody waits longer for a turn. Shorter, and a crowd that waits would lose patience together, and leave no time for calls. */
const patienceMs = 2000;
/** workerd reads sockets before a timer ends. */
const pauseMs = 1;
/** Time for a call that arrived during long work. A call needs the thread four times. */
const callMs = 8;

let servedUntil = 0;
let takenUntil = 0;

/**
 * How one request's operations wait for others; it may change between operations. `new`: not yet known to be a call, so only its
 * queries don't wait. `ahead`: nothing waits.
 */
export interface Pace {
  mode: 'new' | 'turns' | 'ahead';
}

/** Called when a call arrives. */
export function callArrived(): void {
  servedUntil = Date.now() + servedMs;
}

/**
 * Waits for this isolate's other work to take its turn, and lets calls pass afterwards. Work that `computes` makes calls wait, and then
 * lets them pass for longer.
 */
export async function inTurn<Result>(work: () => Promise<Result>, { computes = false } = {}): Promise<Result> {
  if (Date.now() >= servedUntil) return work();
  const waitUntil = Date.now() + patienceMs;
  while (Date.now() < Math.min(takenUntil, waitUntil)) await scheduler.wait(lookPauseMs());
  const until = Date.now() + turnMs;
  takenUntil = until;
  try {
    const startedAt = Date.now();
    const result = await work();
    // The clock stands still during computation.
    await scheduler.wait(pauseMs);
    if (computes) await scheduler.wait(Math.min(Date.now() - startedAt, callMs));
    return result;
  } finally {
    if (takenUntil === until) takenUntil = 0;
  }
}

let lookedAt = 0;
let looks = 0;

/** Returns when to look again for a turn. Of those that look in the same millisecond, each waits longer, or many would look all the time. */
function lookPauseMs(): number {
  const now = Date.now();
  if (now !== lookedAt) looks = 0;
  lookedAt = now;
  looks += 1;
  return looks * pauseMs;
}

/** Work per loop turn. Reading and handling this many bytes takes 1 to 2 ms. */
export const turnBytes = 64 * 1024;
/** A copy moves this much per turn while no calls are served: the wait before each turn takes longer than moving `turnBytes`. */
const idleCopyBytes = 1024 * 1024;

/** Returns the size of a copy's next piece. */
export function copyBytes(): number {
  return Date.now() < servedUntil ? turnBytes : idleCopyBytes;
}

/** Total work of all loops between two turns. */
const betweenTurnsBytes = 2 * turnBytes;
/** The loop of an aborted request never takes its turn, and loses it after this time. */
const lapseMs = 250;

interface Place {
  dueAt: number;
}

/** Loops waiting for a turn, in order. Each wakes when its turn is probably due: in workerd, one request can't wake another. */
const queue: Place[] = [];
let doneBytes = 0;
let turnAt = 0;
let nextTurnAt = 0;

/** Turns of one loop. Only one loop has a turn at a time, and the thread is briefly idle before each. */
export class LoopTurns {
  #doneBytes = 0;

  /** Counts a piece of work. Waits for another turn once this one is used up. */
  async spend(bytes: number): Promise<void> {
    this.#doneBytes += bytes;
    doneBytes += bytes;
    if (this.#doneBytes < turnBytes && doneBytes < betweenTurnsBytes) return;
    const place: Place = { dueAt: 0 };
    do await waitIn(place);
    while (!isNext(place));
    queue.shift();
    this.#doneBytes = 0;
    doneBytes = 0;
    const now = Date.now();
    // A timer without delay also fires only after sockets were read. Each call needs the thread several times.
    turnAt = now;
    nextTurnAt = now + (now < servedUntil ? pauseMs : 0);
  }
}

async function waitIn(place: Place): Promise<void> {
  if (!queue.includes(place)) queue.push(place);
  const now = Date.now();
  place.dueAt = Math.max(now, Math.min(nextTurnAt, now + pauseMs)) + pauseMs * queue.indexOf(place);
  await scheduler.wait(place.dueAt - now);
}

function isNext(place: Place): boolean {
  const now = Date.now();
  while (queue[0] && queue[0] !== place && queue[0].dueAt + lapseMs < now) queue.shift();
  // A clock set back must not stop all loops.
  return queue[0] === place && (now >= nextTurnAt || now < turnAt);
}
