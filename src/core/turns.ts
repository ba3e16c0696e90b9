// Lets calls pass other work where one workerd runs the Worker, its database, its store and its queues on one thread. workerd reads its
// sockets only when nothing else is left to do, and there always is something while one query follows the other: a call that has arrived
// would not be seen. So while calls are served, other work goes one piece at a time, and waits for a moment after each. Loops over bytes and rows
// always do: a stream that is always ready leaves something to do at every moment.

/** Work is not slowed down without calls. */
const servedMs = 1000;
/** A turn whose request has ended is over after this time, and nobody waits longer for one. */
const turnMs = 250;
/** Sockets are read before a timer ends. */
const pauseMs = 1;
/** A call that came during long work is over before this ends: it passes the thread four times. */
const callMs = 8;

let servedUntil = 0;
let takenUntil = 0;

/**
 * How the operations of one request wait for others, which it may change between two of them. `new`: it is not known yet whether it is a call;
 * only its queries don't wait. `ahead`: nothing waits.
 */
export interface Pace {
  mode: 'new' | 'turns' | 'ahead';
}

/** Called when a call arrives. */
export function callArrived(): void {
  servedUntil = Date.now() + servedMs;
}

/**
 * Waits until this isolate's other work has had its turn, and lets calls pass afterwards. Work that `computes` keeps them waiting, and lets
 * them pass the longer for it.
 */
export async function inTurn<Result>(work: () => Promise<Result>, { computes = false } = {}): Promise<Result> {
  if (Date.now() >= servedUntil) return work();
  const waitUntil = Date.now() + turnMs;
  while (Date.now() < Math.min(takenUntil, waitUntil)) await scheduler.wait(pauseMs);
  const until = Date.now() + turnMs;
  takenUntil = until;
  try {
    const startedAt = Date.now();
    const result = await work();
    // The clock stands still while code computes.
    await scheduler.wait(pauseMs);
    if (computes) await scheduler.wait(Math.min(Date.now() - startedAt, callMs));
    return result;
  } finally {
    if (takenUntil === until) takenUntil = 0;
  }
}

/** The work of a turn of a loop. Reading and handling so many bytes takes 1 to 2 ms. */
export const turnBytes = 64 * 1024;
/** All loops together do at most so much between two turns. */
const betweenTurnsBytes = 2 * turnBytes;
/** A loop whose request has ended never comes for its turn, and loses it after this time. */
const lapseMs = 250;

interface Place {
  dueAt: number;
}

/** Loops that wait for a turn, in their order. Each wakes when its turn is probably due: in workerd no request can be woken by another one. */
const queue: Place[] = [];
let doneBytes = 0;
let turnAt = 0;
let nextTurnAt = 0;

/** The turns of one loop. One loop at a time has a turn, and the thread is free for a moment before each. */
export class LoopTurns {
  #doneBytes = 0;

  /** Counts a piece of work. Waits for another turn when this one is used up. */
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
    // A timer without a delay ends after sockets were read, too. Each call passes the thread several times.
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
  // A clock that is set back must not stop all loops.
  return queue[0] === place && (now >= nextTurnAt || now < turnAt);
}
