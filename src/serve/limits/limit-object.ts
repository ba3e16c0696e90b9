// Shares one limit of calls among isolates. There is an object for each plugin, version and key that has a limit. It keeps only the
// count of the current minute, and deletes it when it is long over; isolates repeat what they hold, so nothing else needs to survive it.
import { DurableObject } from 'cloudflare:workers';
import type { Share, ShareRequest } from '../../contract/call-limits.ts';
import { limitSharing as sharing } from '../../contract/limits/serving.ts';

interface Minute {
  /** Minutes since 1970. */
  minute: number;
  /** Calls that isolates may begin in it. */
  given: number;
}

interface Holder {
  number: number;
  holds: number;
  until: number;
}

const minuteMs = 60_000;
const minuteKey = 'minute';

export class LimitObject extends DurableObject {
  #minute: Minute = { minute: 0, given: 0 };
  /** Isolates that asked in the current minute. */
  #asking = new Set<string>();
  readonly #holders = new Map<string, Holder>();
  #hasAlarm = false;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      this.#minute = (await ctx.storage.get<Minute>(minuteKey)) ?? this.#minute;
    });
  }

  share(request: ShareRequest): Share {
    return { begin: this.#begin(request), hold: this.#hold(request) };
  }

  /** Returns 0 for a minute that is over: the isolate's clock is behind, and its next request may be in the current one. */
  #begin({ at, isolate, limit: { perMinute }, toBegin }: ShareRequest): number {
    if (perMinute === null || toBegin === 0) return toBegin;
    const minute = Math.floor(at / minuteMs);
    if (minute > this.#minute.minute) {
      this.#minute = { minute, given: 0 };
      this.#asking.clear();
    }
    const left = perMinute - this.#minute.given;
    if (minute < this.#minute.minute || left <= 0) return 0;
    this.#asking.add(isolate);
    const ofMinute = Math.ceil(perMinute / (sharing.partsOfMinute * this.#asking.size));
    const begin = Math.max(1, Math.min(toBegin, ofMinute, Math.ceil(left / sharing.partsOfRest)));
    this.#minute.given += begin;
    // The runtime holds back the answer until this is stored.
    void this.ctx.storage.put(minuteKey, this.#minute);
    if (!this.#hasAlarm) void this.ctx.storage.setAlarm(Date.now() + sharing.forgetMs);
    this.#hasAlarm = true;
    return begin;
  }

  /** Deletes what it stores once its last minute is long over. *Dies:* the runtime repeats the alarm. */
  override async alarm(): Promise<void> {
    const forgetAt = (this.#minute.minute + 1) * minuteMs + sharing.forgetMs;
    this.#hasAlarm = Date.now() < forgetAt;
    if (this.#hasAlarm) await this.ctx.storage.setAlarm(forgetAt);
    else await Promise.all([this.ctx.storage.deleteAlarm(), this.ctx.storage.deleteAll()]);
  }

  #hold({ at, isolate, limit: { atOnce }, number, toHold }: ShareRequest): number {
    if (atOnce === null) return toHold;
    let others = 0;
    for (const [id, { holds, until }] of this.#holders) {
      if (until <= at) this.#holders.delete(id);
      else if (id !== isolate) others += holds;
    }
    const own = this.#holders.get(isolate);
    if (own && own.number > number) return own.holds;
    const holds = Math.max(0, Math.min(toHold, atOnce - others));
    if (toHold === 0) this.#holders.delete(isolate);
    else this.#holders.set(isolate, { number, holds, until: at + sharing.heldMs });
    return holds;
  }
}
