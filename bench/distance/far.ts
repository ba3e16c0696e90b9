// Delays each trip of the Worker to D1, R2, its queues and the builder, and counts them for the request or message that they belong to.
import { AsyncLocalStorage } from 'node:async_hooks';
import { countedRows, countRows, noRows } from '../../test/support/database/d1-rows.ts';

/** Trips to D1's primary and to the nearest replica, and those to everything else. */
export interface Trips {
  primary: number;
  replica: number;
  r2: number;
  queue: number;
  builder: number;
}

type Place = keyof Trips;

/** Counts of what is paid for, of everything that runs: rows of D1, operations of R2 that change or list (class A) or read (B), messages, invocations. */
export interface Spent {
  read: number;
  written: number;
  classA: number;
  classB: number;
  messages: number;
  invocations: number;
}

const operations = { classA: 0, classB: 0, messages: 0, invocations: 0 };
/** Rows of all invocations, and of what goes on behind their answers. */
const rows = noRows();

/** Returns what was spent since the last time. */
export function spentSince(): Spent {
  const spent = { ...operations, read: rows.read, written: rows.written };
  Object.assign(operations, { classA: 0, classB: 0, messages: 0, invocations: 0 });
  Object.assign(rows, noRows());
  return spent;
}

const classB = ['get', 'head'];
const free = ['delete', 'resumeMultipartUpload'];

function spend(place: Place, operation: string): void {
  if (place === 'queue') operations.messages += 1;
  else if (place === 'r2' && classB.includes(operation)) operations.classB += 1;
  else if (place === 'r2' && !free.includes(operation)) operations.classA += 1;
}

/** Runs an invocation, and counts the rows of its statements. */
export function spending<Result>(work: () => Promise<Result>): Promise<Result> {
  operations.invocations += 1;
  return countedRows(rows, work);
}

export const noTrips = (): Trips => ({ primary: 0, replica: 0, r2: 0, queue: 0, builder: 0 });

/** How far the nearest replica is, unless everything is nearer. */
const replicaMs = 10;

interface Store {
  trips: Trips;
  far: boolean;
  /** Name of the isolate, as the database is lost for some. */
  isolate?: string;
}

/** How the database is lost: each trip to it fails at once, or does not end until the database is back, and fails then. */
export type Loss = 'fails' | 'hangs';

const current = new AsyncLocalStorage<Store>();
const settings = { distanceMs: 0, aheadMs: 0, onlyDatabase: false };
const lost: { how: Loss | null; isolate: string | null } = { how: null, isolate: null };

/** Takes the database away from the isolate, or from everything, or gives it back. */
export function loseDatabase(how: Loss | null, isolate: string | null): void {
  Object.assign(lost, { how, isolate });
}

/** Sets the distance, to everything or to the database alone, and lets the Worker's clock go ahead by so much more. */
export function setDistance(distanceMs: number, aheadMs: number, onlyDatabase: boolean): void {
  Object.assign(settings, { distanceMs, onlyDatabase });
  settings.aheadMs += aheadMs;
}

/** Runs the work and counts its trips, which take their time only if it is `far`. */
export function counting<Result>(store: Store, work: () => Result): Result {
  return current.run(store, work);
}

async function reachDatabase(isolate: string | undefined): Promise<void> {
  const isLost = () => lost.how !== null && (lost.isolate === null || lost.isolate === isolate);
  if (!isLost()) return;
  while (lost.how === 'hangs' && isLost()) await new Promise((resolve) => setTimeout(resolve, 250));
  throw new Error('D1_ERROR: Network connection lost.');
}

async function travel(place: Place): Promise<void> {
  const store = current.getStore();
  if (!store) return;
  store.trips[place] += 1;
  const { distanceMs, onlyDatabase } = settings;
  const isNear = onlyDatabase && place !== 'primary' && place !== 'replica';
  const ms = isNear ? 0 : place === 'replica' ? Math.min(replicaMs, distanceMs) : distanceMs;
  if (store.far && ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
  if (place === 'primary' || place === 'replica') await reachDatabase(store.isolate);
}

const realNow = Date.now;
const realFetch = globalThis.fetch;
const sessionHeader = 'x-cf-d1-session-commit-token';
const writing = /"sql":"\s*(?:insert|update|delete|replace|pragma|analyze)/i;

/** Whether a replica may answer: the session allows any that is new enough, and nothing is written. */
function isForReplica(headers: Headers, body: string): boolean {
  const token = headers.get(sessionHeader);
  return token !== null && token !== 'first-primary' && !writing.test(body);
}

function delayed<Binding extends object>(binding: Binding, place: Place): Binding {
  return new Proxy(binding, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]): Promise<unknown> => {
        await travel(place);
        spend(place, String(name));
        return Reflect.apply(value, target, args);
      };
    },
  });
}

/** Returns the environment with its bindings far away. */
export function farAway(env: Cloudflare.Env): Cloudflare.Env & { D1_REPLICAS: string } {
  countRows(
    env.DB,
    () => undefined,
    ({ headers, body }) => travel(isForReplica(headers, body) ? 'replica' : 'primary'),
  );
  Date.now = () => realNow() + settings.aheadMs;
  globalThis.fetch = async (...args: Parameters<typeof fetch>) => {
    await travel('builder');
    return realFetch(...args);
  };
  const senders = ['SCANS', 'DEPLOYMENTS', 'DELIVERIES', 'RUNS', 'CALLS', 'LOW_CALLS', 'ARTIFACTS'] as const;
  // An earlier commit may have fewer.
  const known = senders.filter((name) => name in env);
  const queues = Object.fromEntries(known.map((name) => [name, delayed(env[name], 'queue')]));
  return { ...env, D1_REPLICAS: '1', ARCHIVES: delayed(env.ARCHIVES, 'r2'), ...queues };
}
