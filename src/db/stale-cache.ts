// Caches an isolate's database reads: keys and routes (decision 90). A call uses a fresh entry as is. It also uses a stale entry, but
// refreshes it in the background (stale-while-revalidate). If the database does not respond, it uses entries up to a minute old
// (stale-if-error).
import { nearestLimits } from '../contract/limits/serving.ts';
import type { Clock } from '../core/clock.ts';
import { Problem } from '../core/problem.ts';
import { DatabaseFailed, databaseProblem, databaseUnavailable } from './database-problem.ts';

export interface CacheEntry<Value> {
  readonly value: Value;
  /** The entry shows the state at this time or later. */
  readonly asOf: number;
  /** When a call may refresh it. */
  revalidateAt: number;
  /** When the database last failed to refresh it. Null if it responded. */
  failedAt: number | null;
}

interface CacheOptions {
  sizeMax: number;
  /** Returns a key's scope, which this isolate's changes invalidate together. */
  scopeOf(key: string): string;
}

export class StaleCache<Value> {
  readonly #options: CacheOptions;
  readonly #entries = new Map<string, CacheEntry<Value>>();
  /** When this isolate last changed the data behind a scope's entries. */
  readonly #changedAt = new Map<string, number>();

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): CacheEntry<Value> | undefined {
    return this.#entries.get(key);
  }

  entries(): IterableIterator<[string, CacheEntry<Value>]> {
    return this.#entries.entries();
  }

  /** Stores the value, unless the cache has a later state. Returns the value's entry. */
  set(key: string, value: Value, asOf: number): CacheEntry<Value> {
    const entry = { value, asOf, revalidateAt: asOf + nearestLimits.freshMs, failedAt: null };
    const shown = Math.max(this.#entries.get(key)?.asOf ?? 0, this.changedAt(key));
    if (shown > asOf) return entry;
    this.#limitSize();
    this.#entries.set(key, entry);
    return entry;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Drops the scope's entries, because this isolate has changed their data. Ignores older copies of the database from now on. */
  invalidate(scope: string, now: number): void {
    for (const key of this.#entries.keys()) if (this.#options.scopeOf(key) === scope) this.#entries.delete(key);
    this.#limitSize();
    this.#changedAt.set(scope, now);
  }

  /** Returns when this isolate last changed the data behind this key's entry; 0 for never. */
  changedAt(key: string): number {
    return this.#changedAt.get(this.#options.scopeOf(key)) ?? 0;
  }

  #limitSize(): void {
    if (Math.max(this.#entries.size, this.#changedAt.size) < this.#options.sizeMax) return;
    this.#entries.clear();
    this.#changedAt.clear();
  }
}

/** Returns whether the entry may be used without querying the database. */
export function isUsable({ asOf }: CacheEntry<unknown>, now: number): boolean {
  return now < asOf + nearestLimits.staleWhileRevalidateMs;
}

function isUsableOnError({ asOf }: CacheEntry<unknown>, now: number): boolean {
  return now < asOf + nearestLimits.staleIfErrorMs;
}

export interface CachedLookup<Value, Found> {
  /** Returns the entry, if still there: another call may have removed it. */
  cached(): CacheEntry<Value> | undefined;
  /** Returns another cache's entry that the same reads refresh. */
  readWithIt?(): CacheEntry<unknown> | undefined;
  /** Reads the nearest copy of the database and caches the result. Throws a Problem if there is no result. */
  read(): Promise<Found>;
  /** Like `read`, from the primary. */
  readPrimary(): Promise<unknown>;
}

interface LookupDeps {
  clock: Clock;
  /** Continues work in the background, after the response. */
  defer(work: Promise<unknown>): void;
}

/** Returns the cached value, or reads the database. Throws database-unavailable if neither has a result. */
export async function lookUpCached<Value, Found>(
  deps: LookupDeps,
  lookup: CachedLookup<Value, Found>,
): Promise<Value | Found> {
  const entry = lookup.cached();
  const use = entry ? chooseUse(entry, deps.clock.now()) : 'read';
  if (use === 'refuse') throw databaseUnavailable();
  if (!entry || use === 'read') return read(deps, lookup, entry);
  if (use === 'revalidate') deps.defer(revalidate(deps, lookup));
  return entry.value;
}

/**
 * Decides how a call uses an entry. While the database is known to fail, one call a second queries it and no other call waits. So a
 * hanging database delays nobody, and a recovering one is not flooded with queries.
 */
function chooseUse(entry: CacheEntry<unknown>, now: number): 'use' | 'revalidate' | 'read' | 'refuse' {
  const isLost = entry.failedAt !== null && now < entry.failedAt + nearestLimits.lostMs;
  const mayUse = isUsable(entry, now) || (isLost && isUsableOnError(entry, now));
  if (!mayUse && !isLost) return 'read';
  const asks = claimRevalidation(entry, now);
  if (mayUse) return asks ? 'revalidate' : 'use';
  return asks ? 'read' : 'refuse';
}

/** Lets one of several concurrent calls refresh the entry. If that call dies, another one refreshes it later. */
function claimRevalidation(entry: CacheEntry<unknown>, now: number): boolean {
  if (now < entry.revalidateAt) return false;
  entry.revalidateAt = now + nearestLimits.retryMs;
  return true;
}

async function read<Value, Found>(
  deps: LookupDeps,
  lookup: CachedLookup<Value, Found>,
  expired: CacheEntry<Value> | undefined,
): Promise<Value | Found> {
  const reading = lookup.read();
  try {
    return await (expired
      ? withTimeoutAndRest(deps, reading)
      : withDatabaseTimeout(reading, nearestLimits.databaseWaitColdMs));
  } catch (error) {
    if (isAnswer(error)) throw error;
    const now = deps.clock.now();
    recordFailure(lookup, now);
    // The entry may have been removed in the meantime because the database no longer has it.
    const left = lookup.cached();
    if (!left || !isUsableOnError(left, now)) throw databaseProblem(error) ?? error;
    return left.value;
  }
}

/** Fails silently: the next call tries again, and the entry stays usable until it expires. */
async function revalidate(deps: LookupDeps, lookup: CachedLookup<unknown, unknown>): Promise<void> {
  const other = lookup.readWithIt?.();
  if (other) claimRevalidation(other, deps.clock.now());
  try {
    await withTimeoutAndRest(deps, lookup.readPrimary());
  } catch (error) {
    if (!isAnswer(error)) recordFailure(lookup, deps.clock.now());
  }
}

function isAnswer(error: unknown): boolean {
  return error instanceof Problem && error.code !== 'database-unavailable';
}

function recordFailure(lookup: CachedLookup<unknown, unknown>, now: number): void {
  for (const entry of [lookup.cached(), lookup.readWithIt?.()]) {
    if (!entry) continue;
    entry.failedAt = now;
    entry.revalidateAt = now + nearestLimits.retryMs;
  }
}

/**
 * Rejects if the work takes longer than `waitMs`, by default the limit for reads that a cached entry can replace. The work continues.
 */
export async function withDatabaseTimeout<Result>(
  work: Promise<Result>,
  waitMs: number = nearestLimits.databaseWaitMs,
): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new DatabaseFailed('the database did not answer in time')), waitMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Like `withDatabaseTimeout`, but a late result still counts: the work continues in the background, up to the limit for calls without
 * an entry.
 */
async function withTimeoutAndRest<Result>({ defer }: LookupDeps, work: Promise<Result>): Promise<Result> {
  try {
    return await withDatabaseTimeout(work);
  } catch (error) {
    defer(withDatabaseTimeout(work, nearestLimits.databaseWaitColdMs).catch(() => {}));
    throw error;
  }
}
