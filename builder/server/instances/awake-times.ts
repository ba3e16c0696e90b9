// Measures how long instances are awake, and keeps the time of ended ones until the Worker has counted it.
import type { AwakeInstance, AwakeRequest } from '../../../src/contract/builder/machine/reports.ts';
import { awakeLimits } from '../../../src/contract/limits/builder.ts';

interface Stay {
  id: string;
  startedAt: number;
  endedAt: number | undefined;
  countedMs: number;
}

export class AwakeTimes {
  readonly #stays = new Map<string, Stay>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Measures an instance until `ended`. If the Worker doesn't count for long, the oldest ones are lost. */
  follow(id: string, ended: Promise<unknown>): void {
    const stay: Stay = { id, startedAt: this.#now(), endedAt: undefined, countedMs: 0 };
    this.#stays.set(keyOf(id, stay.startedAt), stay);
    void ended.then(() => {
      stay.endedAt = this.#now();
    });
    if (this.#stays.size <= awakeLimits.keptMax) return;
    const oldest = [...this.#stays].find(([, { endedAt }]) => endedAt !== undefined);
    if (oldest) this.#stays.delete(oldest[0]);
  }

  report({ counted, after_ms: afterMs }: AwakeRequest): AwakeInstance[] {
    for (const one of counted) {
      const key = keyOf(one.id, one.started_at);
      const stay = this.#stays.get(key);
      if (stay) stay.countedMs = Math.max(stay.countedMs, one.awake_ms);
      if (one.ended_ms_ago !== null) this.#stays.delete(key);
    }
    const due = [...this.#stays.values()].flatMap((stay) => {
      const now = this.#now();
      const awakeMs = (stay.endedAt ?? now) - stay.startedAt;
      if (stay.endedAt === undefined && awakeMs - stay.countedMs < Math.max(1, afterMs)) return [];
      const endedMsAgo = stay.endedAt === undefined ? null : now - stay.endedAt;
      return [{ id: stay.id, started_at: stay.startedAt, awake_ms: awakeMs, ended_ms_ago: endedMsAgo }];
    });
    return due.slice(0, awakeLimits.reportedAtOnce);
  }
}

function keyOf(id: string, startedAt: number): string {
  return `${id} ${startedAt}`;
}
