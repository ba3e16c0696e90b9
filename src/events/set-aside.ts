// Runs work under its mark, and ends what took its process with it. Work that was in progress when a process hung goes on alone, so that
// only what really hangs is counted again, and isn't begun a fourth time (decision 167).
import { hangsMax, suspectWaitMs } from '../contract/limits/leases.ts';
import type { Message } from '../contract/messages.ts';
import type { Work } from '../core/work-marks.ts';
import type { Deps } from '../deps.ts';
import { storeDeadLetter } from './resend.ts';

/** The work that this isolate does alone. */
let suspect: { since: number } | undefined;

/** Runs the work under its mark. Of all work that was in progress when a process hung, an isolate runs one piece at a time. */
export async function whileMarked<Result>(
  { clock, marks }: Pick<Deps, 'clock' | 'marks'>,
  work: Work,
  run: () => Promise<Result>,
): Promise<Result> {
  const turn = marks.interruptions(work.id).hung > 0 ? { since: clock.now() } : undefined;
  if (turn) {
    while (suspect && clock.now() < suspect.since + suspectWaitMs)
      await new Promise((resolve) => setTimeout(resolve, 50));
    turn.since = clock.now();
    suspect = turn;
  }
  const end = marks.begin(work);
  try {
    return await run();
  } finally {
    end();
    if (turn && suspect === turn) suspect = undefined;
  }
}

type SetAsideDeps = Pick<Deps, 'clock' | 'db' | 'log' | 'marks'>;

export interface Tries extends Work {
  /** Number of tries, including this one, and their limit. */
  tries: number;
  triesMax: number;
  /** Names the work to the operator. */
  message: Message | null;
}

/**
 * Returns why claimed work must not begin: it made its process hang, or too many of its tries didn't end. An orderly stop isn't
 * counted. Tells the operator; the caller ends the work with this reason for its owner.
 */
export async function setAside(deps: SetAsideDeps, { tries, triesMax, ...work }: Tries): Promise<string | undefined> {
  const { hung, stopped } = deps.marks.interruptions(work.id);
  if (hung < hangsMax && tries - stopped <= triesMax) return undefined;
  const reason = hung >= hangsMax ? `it made Slipway hang ${hung} times` : `none of ${triesMax} tries ended`;
  const { id, message, organizationId } = work;
  const letter = { id: `set-aside ${id}`, queue: setAsideQueue, message, reason: `${id}: ${reason}` };
  if (await storeDeadLetter(deps, letter))
    deps.log.error('work.set_aside', { work: id, organization: organizationId, reason });
  return reason;
}

/** The `queue` of dead letters that were set aside. */
export const setAsideQueue = 'set-aside';
