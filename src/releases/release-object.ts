// Measures the active release of a name and decides about it. Isolates report their counts here. What was counted is stored before a report is
// answered; decisions are in D1, where each applies only to the generation that it was made for. A failed gate moves calls back with
// the next answer, even if D1 can't be written yet.
import { DurableObject } from 'cloudflare:workers';
import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import { systemActor } from '../contract/actor.ts';
import { releaseLimits as limits } from '../contract/limits/deployments.ts';
import type { ReleaseDelta, ReleaseSetting, ReleaseStatus } from '../contract/releases.ts';
import type { ReleaseId } from '../core/ids.ts';
import { readTogether } from '../db/client.ts';
import { releases } from '../db/schema/releases.ts';
import type { Deps } from '../deps.ts';
import { announceEvents } from '../events/record.ts';
import { mayRepeat } from '../pointers/repeatable.ts';
import { changeRelease, givesCalls, type ReleaseChange } from '../rollouts/releases/change.ts';
import { joinReleases, type Release, type ReleaseRow, selectReleases } from '../rollouts/releases/releases.ts';
import { failedGate } from './measure/gates.ts';
import { holdOf } from './measure/hold.ts';
import { measuredOf } from './measure/measured.ts';
import { addDelta, beginStep, type Measuring, newMeasuring } from './measure/measuring.ts';

/** The stored state of an active release. */
interface Kept {
  row: ReleaseRow;
  /** False if no call may be repeated to compare answers. */
  isRepeatable: boolean;
  measuring: Measuring;
  /** A decision that D1 doesn't have yet. */
  decided: ReleaseChange | null;
}

const keptKey = 'kept';
/** Ended releases that are answered without a query. */
const endedMax = 100;

export abstract class ReleaseObject extends DurableObject {
  readonly #deps: Deps;
  #kept: Kept | undefined;
  /** The settings of ended releases, which need no storage. */
  readonly #ended = new Map<ReleaseId, ReleaseSetting>();
  #applying: Promise<void> | undefined;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env, deps: Deps) {
    super(ctx, env);
    this.#deps = deps;
    void ctx.blockConcurrencyWhile(async () => {
      this.#kept = await ctx.storage.get<Kept>(keptKey);
    });
  }

  /** Adds an isolate's counts and returns what it follows. */
  async report(id: ReleaseId, delta: ReleaseDelta): Promise<ReleaseSetting> {
    const kept = await this.#keptOf(id);
    if (!kept) return this.#ended.get(id) ?? unknownSetting;
    addDelta(kept.measuring, kept.row.plan, delta, this.#deps.clock.now());
    this.#decide(kept);
    this.#store(kept);
    return settingOf(kept);
  }

  /** Looks at the release's row again, after someone else changed it or may have. */
  async follow(id: ReleaseId): Promise<void> {
    await this.#keptOf(id);
    await this.alarm();
  }

  async status(id: ReleaseId): Promise<ReleaseStatus | null> {
    if (this.#kept?.row.id !== id || this.#ended.has(id)) return null;
    const { measuring, row } = this.#kept;
    const hold = holdOf(measuring, row.plan, this.#deps.clock.now());
    const waits = row.state !== 'paused' && 'waitsFor' in hold;
    return { measured: measuredOf(measuring, row.plan), waitsFor: waits ? hold.waitsFor : null };
  }

  /** Reads the row again, decides what is due, writes that, and comes back later. */
  override async alarm(): Promise<void> {
    if (!this.#kept) return;
    await this.#readAgain(this.#kept).catch((cause: unknown) => this.#warn(cause));
    if (!this.#kept) return;
    this.#decide(this.#kept);
    await this.#apply();
    if (this.#kept) await this.ctx.storage.setAlarm(this.#nextLookAt(this.#kept));
  }

  async #readAgain(kept: Kept): Promise<void> {
    const { row } = kept;
    const found = await this.#read(row.id);
    await this.#take(kept, found?.release ?? goneRow(row));
  }

  #warn(cause: unknown): void {
    this.#deps.log.warn('release.not_decided', { release: this.#kept?.row.id, cause });
  }

  /** Returns the active release's state, and begins to measure it if it is new. Returns undefined if it isn't active. */
  async #keptOf(id: ReleaseId): Promise<Kept | undefined> {
    if (this.#ended.has(id)) return undefined;
    if (this.#kept?.row.id === id) return this.#kept;
    const found = await this.#read(id);
    if (!found) return undefined;
    const { from, release: row, to } = found;
    if (row.endedAt !== null) {
      this.#rememberEnd(row);
      return undefined;
    }
    // A name has one active release, so the one before has ended.
    if (this.#kept && this.#kept.row.id !== id) await this.#readAgain(this.#kept);
    if (this.#kept) return this.#kept.row.id === id ? this.#kept : undefined;
    const measuring = newMeasuring(row.plan, row.stepStartedAt);
    beginStep(measuring, row.stepStartedAt, row.step);
    this.#kept = { row, isRepeatable: mayRepeat(row.plan, [from, to]), measuring, decided: null };
    this.#store(this.#kept);
    await this.ctx.storage.setAlarm(this.#deps.clock.now() + limits.lookEveryMs);
    return this.#kept;
  }

  async #read(id: ReleaseId): Promise<Release | undefined> {
    const [found] = joinReleases(
      await readTogether(this.#deps.db, selectReleases(this.#deps.db, eq(releases.id, id), 1)),
    );
    return found;
  }

  #store(kept: Kept): void {
    // The runtime holds back the answer until this is stored.
    void this.ctx.storage.put(keptKey, kept);
  }

  #decide(kept: Kept): void {
    const { decided, measuring, row } = kept;
    if (this.#ended.has(row.id) || decided?.type === 'reverted') return;
    const failed = failedGate(measuring, row.plan);
    // A failed gate doesn't wait for a step that isn't written yet.
    if (failed) kept.decided = { type: 'reverted', ...failed };
    else if (row.state !== 'paused') kept.decided ??= this.#stepOf(kept);
    if (kept.decided !== decided) this.ctx.waitUntil(this.#apply());
  }

  #stepOf({ isRepeatable, measuring, row }: Kept): ReleaseChange | null {
    if (row.state === 'shadowing' && !isRepeatable) return { type: 'stepped' };
    const hold = holdOf(measuring, row.plan, this.#deps.clock.now());
    if (hold.overdue) return { type: 'paused', reason: hold.reason };
    return hold.over ? { type: 'stepped' } : null;
  }

  #nextLookAt({ decided, measuring, row }: Kept): number {
    const now = this.#deps.clock.now();
    if (decided || this.#ended.has(row.id)) return now + limits.retryMs;
    const hold = holdOf(measuring, row.plan, now);
    const until = 'until' in hold && hold.until !== null ? hold.until : Number.POSITIVE_INFINITY;
    return Math.min(now + limits.lookEveryMs, Math.max(until, now + 1));
  }

  /** Writes the decision to D1. One at a time; the alarm writes what is left, such as while D1 doesn't respond. */
  #apply(): Promise<void> {
    this.#applying ??= this.#write()
      .catch((cause: unknown) => this.#warn(cause))
      .then(async () => {
        if (this.#kept?.decided || (this.#kept && this.#ended.has(this.#kept.row.id)))
          await this.ctx.storage.setAlarm(this.#deps.clock.now() + limits.retryMs);
      })
      .finally(() => {
        this.#applying = undefined;
      });
    return this.#applying;
  }

  async #write(): Promise<void> {
    const kept = this.#kept;
    if (!kept?.decided) return;
    const { decided, row } = kept;
    const release = await this.#read(row.id);
    if (!release) return this.#take(kept, goneRow(row));
    // Someone else changed it meanwhile. A failed gate still counts; a step was decided for another state.
    const isOutdated = release.release.generation !== row.generation && decided.type !== 'reverted';
    if (isOutdated || release.release.endedAt !== null) {
      if (kept.decided === decided) kept.decided = null;
      return this.#take(kept, release.release);
    }
    const measured = measuredOf(kept.measuring, row.plan);
    const after = await changeRelease(this.#deps, release, decided, { actor: systemActor, measured });
    // Nothing else changed the release, so the candidate may take no more calls. Until it is reverted, the alarm comes back.
    const isRefused = !after.changed && givesCalls(decided) && after.release.generation === release.release.generation;
    if (kept.decided === decided && isRefused) kept.decided = candidateRefused;
    else if (kept.decided === decided && (after.changed || decided.type !== 'reverted')) kept.decided = null;
    announceEvents(this.#deps);
    await this.#take(kept, after.release);
  }

  /** Goes on with the row as it is now. */
  async #take(kept: Kept, row: ReleaseRow): Promise<void> {
    if (this.#kept !== kept) return;
    if (row.generation > kept.row.generation && row.endedAt === null) {
      if (row.stepStartedAt !== kept.row.stepStartedAt) beginStep(kept.measuring, row.stepStartedAt, row.step);
      kept.row = row;
      this.#store(kept);
    }
    if (row.endedAt !== null) await this.#end(kept, row);
  }

  /** Forgets what was measured, which the row keeps. *Dies:* the stored object reads at its alarm that the release has ended. */
  async #end(kept: Kept, row: ReleaseRow): Promise<void> {
    this.#rememberEnd(row);
    kept.decided = null;
    const lacksMeasured = and(eq(releases.id, row.id), isNotNull(releases.endedAt), isNull(releases.measured));
    if (row.measured === null)
      await this.#deps.db
        .update(releases)
        .set({ measured: measuredOf(kept.measuring, row.plan) })
        .where(lacksMeasured);
    if (this.#kept !== kept) return;
    this.#kept = undefined;
    // In this order before anything that the next release stores.
    await Promise.all([this.ctx.storage.deleteAlarm(), this.ctx.storage.deleteAll()]);
  }

  #rememberEnd(row: ReleaseRow): void {
    if (this.#ended.size >= endedMax) this.#ended.clear();
    this.#ended.set(row.id, endedSetting(row));
  }
}

const candidateRefused: ReleaseChange = {
  type: 'reverted',
  reason: 'The namespace no longer takes the version',
  gate: null,
};

/** Returns the row of a release that was removed with its organization. */
function goneRow(row: ReleaseRow): ReleaseRow {
  return { ...row, state: 'cancelled', generation: row.generation + 1, endedAt: row.updatedAt };
}

function settingOf({ decided, row }: Kept): ReleaseSetting {
  const { generation, shadow, weight } = row;
  if (decided?.type === 'reverted') return { generation: generation + 1, weight: 0, shadow: 0, ended: false };
  return { generation, weight, shadow, ended: false };
}

/** After a success, calls with an older route go where the name points now. */
function endedSetting({ generation, state }: ReleaseRow): ReleaseSetting {
  return { generation, weight: state === 'succeeded' ? 10_000 : 0, shadow: 0, ended: true };
}

/** The release's row is gone. */
const unknownSetting: ReleaseSetting = { generation: Number.MAX_SAFE_INTEGER, weight: 0, shadow: 0, ended: true };
