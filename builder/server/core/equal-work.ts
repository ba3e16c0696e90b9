// Runs identical work once for all organizations that want it. Until it runs, each organization keeps its own place in the queue, so no
// organization waits behind another's unrelated work.
import type { FairSlots, Organization } from './fair-slots.ts';

interface Request {
  organization: Organization;
  /** Work with the same key is identical. */
  key: string;
}

interface Started<Run> {
  /** The work, shared by all its requesters once it runs. */
  run: Run;
  /** Settles when the work has ended. After that, a new request starts it again. */
  ended: Promise<unknown>;
}

export class EqualWork<Run> {
  readonly #slots: FairSlots;
  readonly #running = new Map<string, Run>();
  /** Waiting organizations, by key. */
  readonly #queued = new Map<string, Map<Organization, PromiseWithResolvers<Run>>>();

  constructor(slots: FairSlots) {
    this.#slots = slots;
  }

  /** Resolves when the work starts, in a slot of this organization or of another one that wants the same work. */
  async join({ organization, key }: Request, start: () => Started<Run>): Promise<Run> {
    const running = this.#running.get(key);
    if (running) return running;
    const queue = this.#queued.get(key) ?? new Map<Organization, PromiseWithResolvers<Run>>();
    const queued = queue.get(organization);
    if (queued) return queued.promise;
    const place = Promise.withResolvers<Run>();
    this.#queued.set(key, queue.set(organization, place));
    void this.#slots.run(organization, async () => {
      if (queue.has(organization)) await this.#run(key, queue, start).catch(() => {}); // its waiters get the error
    });
    return place.promise;
  }

  async #run(key: string, queue: Map<Organization, PromiseWithResolvers<Run>>, start: () => Started<Run>) {
    const { run, ended } = start();
    this.#queued.delete(key);
    this.#running.set(key, run);
    for (const { resolve } of queue.values()) resolve(run);
    queue.clear();
    try {
      await ended;
    } finally {
      this.#running.delete(key);
    }
  }
}
