// Lets work on a large file pause, so that it doesn't keep its thread from everything else.

/** Work that yields every few milliseconds. */
export type Pausing<Result> = Generator<undefined, Result>;

/** Waits until other work has had its turn. */
export type Turn = () => Promise<void>;

/** Does the work without a pause. */
export function whole<Result>(work: Pausing<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Does the work, and waits at its pauses if there is other work. */
export async function inTurns<Result>(work: Pausing<Result>, turn: Turn | undefined): Promise<Result> {
  if (!turn) return whole(work);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await turn();
  }
}
