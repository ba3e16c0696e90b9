// Lets calls pass other work where one workerd runs the Worker, its database, its store and its queues on one thread. workerd reads its
// sockets only when nothing else is left to do, and there always is something while one query follows the other: a call that has arrived
// would not be seen. So while calls are served, other work goes one piece at a time, and waits for a moment after each.

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
