// Keeps what the Worker is working on, by the marks that it prints (src/core/work-marks.ts), and counts how often it was ended
// meanwhile. The next Worker gets the counts. They are for one bundle of the Worker: after an upgrade, everything is tried again.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../src/core/json/parse.ts';
import type { Interruptions, Work } from '../../src/core/work-marks.ts';
import { readPrivateJson, writePrivateJson } from '../machine/private-file.ts';
import { platformFolder } from './miniflare.ts';

/** How the launcher ends a Worker: because it doesn't respond, or because everything stops. */
export type Ending = keyof Interruptions;

const markSchema = z.discriminatedUnion('mark', [
  z.object({ mark: z.literal('isolate') }),
  z.object({
    mark: z.literal('begins'),
    number: z.number(),
    id: z.string(),
    organizationId: z.string().nullish(),
  }),
  z.object({ mark: z.literal('ends'), number: z.number() }),
]);

const fileSchema = z.object({
  bundle: z.string(),
  works: z.record(z.string(), z.object({ hung: z.number(), stopped: z.number() })),
});

/** Works whose counts are kept: those that were ended last. */
const worksMax = 1000;
/** Marks without an end: a request whose client went away may not end its mark. */
const marksMax = 500;

/** Only clients repeat requests. The Worker begins other work again. */
const isRequest = ({ id }: Work) => id.startsWith('request ');
const isStep = ({ id }: Work) => id.startsWith('sweep ');

export class WorkInProgress {
  readonly #file: string;
  readonly #bundle: string;
  readonly #begun = new Map<number, Work>();

  constructor(state: string, bundle: string) {
    this.#file = join(platformFolder(state), 'interrupted-work.json');
    this.#bundle = bundle;
  }

  /** Returns whether the Worker's line is a mark. */
  take(line: string): boolean {
    if (!line.startsWith('{"mark":')) return false;
    const mark = markSchema.safeParse(parseJson(line)).data;
    if (!mark) return false;
    if (mark.mark === 'isolate') this.#begun.clear();
    else if (mark.mark === 'ends') this.#begun.delete(mark.number);
    else this.#begun.set(mark.number, { id: mark.id, organizationId: mark.organizationId ?? undefined });
    const [oldest] = this.#begun.keys();
    if (oldest !== undefined && this.#begun.size > marksMax) this.#begun.delete(oldest);
    return true;
  }

  /** Returns the counts by work, as the Worker's setting. */
  async counts(): Promise<Record<string, Interruptions>> {
    const stored = await readPrivateJson(this.#file, fileSchema);
    return stored?.bundle === this.#bundle ? stored.works : {};
  }

  /** Counts the end for what is in progress. Returns a line for each, the newest first. */
  async ended(how: Ending): Promise<string[]> {
    const begun = [...this.#begun.values()].reverse();
    const works = await this.counts();
    for (const [nth, { id }] of counted(begun).entries()) {
      const { [id]: before = { hung: 0, stopped: 0 } } = works;
      delete works[id];
      // What began last has most likely hung it. The rest goes on alone, as it may have, but isn't blamed for others' hangs.
      const count = how === 'hung' && nth > 0 ? Math.max(before.hung, 1) : before[how] + 1;
      works[id] = { ...before, [how]: count };
    }
    const kept = Object.fromEntries(Object.entries(works).slice(-worksMax));
    await writePrivateJson(this.#file, { bundle: this.#bundle, works: kept });
    return begun.map(({ id, organizationId }) => (organizationId === undefined ? id : `${id} of ${organizationId}`));
  }
}

/**
 * Returns each work once, the newest first. A sweep's step counts only if nothing else was in progress, because counted steps don't run
 * alone afterwards.
 */
function counted(begun: Work[]): Work[] {
  const own = begun.filter((work) => !isRequest(work) && !isStep(work));
  const works = own.length > 0 ? own : begun.filter(isStep);
  return [...new Map(works.map((work) => [work.id, work])).values()];
}

/** A process whose event loop is blocked as well isn't waited for. */
const answerMs = 2000;
const answerSchema = z.object({ inProgress: z.array(z.string()) });

/** Tells the Worker's process that it is about to be ended, and returns what the Worker is working on. */
export async function askWorkInProgress(child: ChildProcess, how: Ending): Promise<string[]> {
  if (!child.connected) return [];
  const answered = once(child, 'message', { signal: AbortSignal.timeout(answerMs) });
  // The process may end at this moment; then nothing answers.
  child.send({ ending: how }, () => {});
  const [message] = await answered.catch(() => []);
  return answerSchema.safeParse(message).data?.inProgress ?? [];
}

const endingSchema = z.object({ ending: z.enum(['hung', 'stopped']) });

/** Answers `askWorkInProgress`, in the Worker's process. */
export function answerWorkInProgress(work: WorkInProgress): void {
  process.on('message', (message) => {
    const { ending } = endingSchema.parse(message);
    void work.ended(ending).then((inProgress) => process.send?.({ inProgress }));
  });
}
