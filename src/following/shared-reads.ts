// Reads what is followed once for all its followers in an isolate. In workerd, a request can't wait for another's reads or timers, so
// followers take turns: whichever wakes first when a read is due makes it and leaves plain data for the others, which look by timers of
// their own. A follower that leaves in the middle of a read loses its turn.
import { streamShares as shares } from '../contract/limits/event-streams.ts';

/** Interval of reads: the minimum after a change, rising to the maximum. */
export interface Pace {
  minMs: number;
  maxMs: number;
}

/** The state that all followers of one thing share. Only its latest, so that slow followers cost no memory. */
export class SharedRead<Value> {
  /** Undefined until the first read. */
  value: Value | undefined;
  /** True once there is nothing left to follow. */
  isGone = false;
  /** The value is of this time or later. */
  asOf = Number.NEGATIVE_INFINITY;
  readonly #pace: Pace;
  #pauseMs: number;
  #dueAt = 0;
  #turn: object | undefined;
  #turnEndsAt = 0;

  constructor(pace: Pace) {
    this.#pace = pace;
    this.#pauseMs = pace.minMs;
  }

  isDue(): boolean {
    const now = Date.now();
    return !this.isGone && now >= this.#dueAt && (!this.#turn || now >= this.#turnEndsAt);
  }

  /** Makes the read for all followers, at least `spacingMs` before the next one. `read` returns the value itself if it hasn't changed. */
  async take(read: (known: Value | undefined) => Promise<Value | undefined>, spacingMs: number): Promise<void> {
    const turn = {};
    const startedAt = Date.now();
    this.#turn = turn;
    this.#turnEndsAt = startedAt + shares.turnMs;
    try {
      const value = await read(this.value);
      if (this.#turn !== turn) return;
      const hasChanged = value !== this.value;
      this.#pauseMs = hasChanged ? this.#pace.minMs : Math.min(this.#pace.maxMs, this.#pauseMs * 1.5);
      this.isGone = value === undefined;
      this.value = value;
      this.asOf = startedAt;
    } finally {
      if (this.#turn === turn) {
        this.#turn = undefined;
        this.#dueAt = Date.now() + Math.max(this.#pauseMs, spacingMs);
      }
    }
  }

  /** Puts in what a new follower has read, unless there is a state already. */
  start(value: Value, asOf: number): void {
    if (this.value !== undefined || this.#turn) return;
    this.value = value;
    this.asOf = asOf;
    this.#dueAt = asOf + this.#pauseMs;
  }

  /** Returns how long a follower waits before it looks again. */
  waitMs(): number {
    const leftMs = this.#turn ? shares.lookMs : this.#dueAt - Date.now();
    return Math.max(1, Math.min(leftMs, shares.wakeMs));
  }
}

export class SharedReads<Value> {
  readonly #pace: Pace;
  readonly #things = new Map<string, { read: SharedRead<Value>; followers: Map<object, () => boolean> }>();

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  get size(): number {
    return this.#things.size;
  }

  /** Returns the thing's read. `isAlive` tells whether the follower's request still runs. */
  join(key: string, follower: object, isAlive: () => boolean): SharedRead<Value> {
    for (const [other, { followers }] of this.#things) {
      for (const [one, lives] of followers) if (!lives()) followers.delete(one);
      if (followers.size === 0) this.#things.delete(other);
    }
    const thing = this.#things.get(key) ?? { read: new SharedRead<Value>(this.#pace), followers: new Map() };
    thing.followers.set(follower, isAlive);
    this.#things.set(key, thing);
    return thing.read;
  }

  /** The last follower ends the thing. */
  leave(key: string, follower: object): void {
    const thing = this.#things.get(key);
    thing?.followers.delete(follower);
    if (thing?.followers.size === 0) this.#things.delete(key);
  }
}
