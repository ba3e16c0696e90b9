// Creates Deps from the environment as worker-deps.ts does, with replacements from the test, such as the clock. Everything else is
// real.
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { type AppParts, createApp, newCaches } from '../../src/app.ts';
import { bindingsOf } from '../../src/bindings.ts';
import { askHealth } from '../../src/builders/client.ts';
import { type Retention, retentionSettings, toRetention } from '../../src/contract/limits/retention.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { idSource } from '../../src/core/ids.ts';
import { noMarks } from '../../src/core/work-marks.ts';
import { requestDatabase } from '../../src/db/client.ts';
import type { Deps } from '../../src/deps.ts';
import { trackEventIds } from '../../src/events/record.ts';
import { features } from '../../src/features.ts';
import { Waits } from '../../src/following/waits.ts';
import { startInstance } from '../../src/instances/fleets/instances.ts';
import { releaseMeters } from '../../src/releases/meters.ts';
import { policyVersion } from '../../src/scan/scan.ts';
import { workerParsers } from '../../src/scan-host/parsers.ts';
import type { CallDeps } from '../../src/serve/points.ts';
import { newRouteCache } from '../../src/serve/route.ts';
import { callCounters } from '../../src/traffic/call-counters.ts';
import { builderByUrl } from './builder-by-url.ts';
import type { Fetch } from './client.ts';
import { collecting, collectingD1 } from './database/query-plans.ts';
import { ownWorker } from './workers/own-worker.ts';
import { track } from './workers/work-in-progress.ts';

const parsers = workerParsers();
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const unreachable = async (url: string) => {
  throw new TypeError(`tests must not access the network: ${url}`);
};

/** The frames of an error, innermost first. Only their files are read. */
type Frames = readonly { getFileName(): string | null }[];

/** Returns whether Slipway's code called the function that calls this one. Lookups by tests aren't collected. */
function isAskedBySource(): boolean {
  const settings = { stackTraceLimit: 3, prepareStackTrace: (_: Error, frames: Frames) => frames[2]?.getFileName() };
  const before = Object.fromEntries(Object.keys(settings).map((name) => [name, Reflect.get(Error, name)]));
  // Keeps three frames: this function, the property, and its caller. Formatting each frame as text would take a tenth of a millisecond
  // to find its source position.
  Object.assign(Error, settings);
  const caller: unknown = new Error().stack;
  Object.assign(Error, before);
  return String(caller).includes('/src/');
}

/** The parts of each test app, by its environment. */
const appParts = new WeakMap<object, AppParts>();
let created: ReturnType<typeof createApp> | undefined;

/** Returns the app of all test apps, because creating its routes and schemas takes longer than most requests do. */
function sharedApp(): ReturnType<typeof createApp> {
  created ??= createApp((environment) => {
    const parts = appParts.get(environment);
    if (!parts) throw new Error('the request is not of a test app');
    return parts;
  });
  return created;
}

export interface TestApp {
  app: ReturnType<typeof createApp>;
  deps: Deps;
  fetch: Fetch;
  /** Resolves when deferred work after responses is done. */
  settled(): Promise<void>;
}

/** Returns the caches of an isolate that hasn't answered a call yet. They never write counts, so no timer outlasts a test. */
export function emptyCallCaches(): Pick<CallDeps, 'routes' | 'fleets' | 'calls' | 'releaseCounts'> {
  return {
    routes: newRouteCache(),
    fleets: new Map(),
    releaseCounts: new Map(),
    calls: callCounters(Number.POSITIVE_INFINITY),
  };
}

export function testApp(
  replacements: Partial<Deps> = {},
  { countCallsMs = Number.POSITIVE_INFINITY }: { countCallsMs?: number } = {},
): TestApp {
  const bindings = bindingsOf(env);
  const clock = replacements.clock ?? systemClock;
  let context = createExecutionContext();
  const deferred: Promise<unknown>[] = [];
  const database = requestDatabase(collectingD1(bindings.DB), { directory: collectingD1(env.DIRECTORY) });
  const ownDb = replacements.db ?? requestDatabase(bindings.DB).db;
  const db = replacements.db ? collecting(replacements.db) : database.db;
  const deps: Deps = {
    ...database,
    blobs: bindings.ARCHIVES,
    queues: {
      // Work with a test's own builder belongs to the test's app, not to the Worker.
      scans: replacements.builder ? ownWorker(() => deps, bindings.SCANS) : bindings.SCANS,
      deployments: bindings.DEPLOYMENTS,
      deliveries: bindings.DELIVERIES,
      runs: bindings.RUNS,
      calls: bindings.CALLS,
      lowCalls: bindings.LOW_CALLS,
      artifacts: bindings.ARTIFACTS,
    },
    vectorize: null,
    releases: releaseMeters(bindings.RELEASES, quiet),
    waits: new Waits(),
    callLimits: {
      isolate: '',
      held: new Map(),
      share: (id, request) => bindings.CALL_LIMITS.getByName(id).share(request),
    },
    builder: builderByUrl({ url: env.BUILDER_URL, token: env.BUILDER_TOKEN }),
    builderUrls: [],
    askBuilder: (url) => askHealth({ url, token: env.BUILDER_TOKEN }),
    placed: () => {},
    startInstance,
    assets: (request) => bindings.ASSETS.fetch(request),
    parsers,
    policyVersion,
    clock,
    ...trackEventIds(idSource(clock.now)),
    log: quiet,
    marks: noMarks,
    tracing: null,
    trace: null,
    callDataset: null,
    runtimeMemory: async () => null,
    logEvery: 1,
    defer: (work) => {
      const tracked = track('work deferred in a test app', work);
      deferred.push(tracked);
      context.waitUntil(tracked);
    },
    storage: {
      local: true,
      endpoint: bindings.S3_ENDPOINT,
      port: new URL(bindings.S3_ENDPOINT).port,
      bucket: bindings.S3_BUCKET,
      accessKeyId: bindings.S3_ACCESS_KEY_ID,
      secretAccessKey: bindings.S3_SECRET_ACCESS_KEY,
    },
    publicUrl: null,
    locationHint: null,
    jurisdiction: null,
    confirmInlineMs: bindings.CONFIRM_INLINE_MS,
    // On a busy machine, a build takes minutes.
    installWaitMs: 15 * 60_000,
    adminToken: bindings.ADMIN_TOKEN,
    metricsToken: null,
    prices: null,
    anonymousOrganization: null,
    grantingOrganization: null,
    hosts: bindings.hosts,
    rateLimiter: null,
    fetch: unreachable,
    allowLoopback: false,
    ownPorts: bindings.ownPorts,
    retention: bindings.retention,
    settings: bindings.settings,
    features,
    dataKey: bindings.DATA_KEK,
    ...replacements,
    get db() {
      return isAskedBySource() ? db : ownDb;
    },
  };
  // The app's queries always count as coming from Slipway's code.
  const parts = { makeDeps: () => ({ ...deps, db }), log: deps.log, caches: newCaches(countCallsMs) };
  const environment = { ...env };
  appParts.set(environment, parts);
  return {
    get app() {
      return sharedApp();
    },
    deps,
    fetch: async (request) => sharedApp().fetch(request, environment, context),
    settled: async () => {
      const done = context;
      context = createExecutionContext();
      // The context waits for at most 30 seconds, as in production. A build on a busy machine takes longer.
      await Promise.allSettled(deferred.splice(0));
      await waitOnExecutionContext(done);
    },
  };
}

/** Returns the default retention for each kind, with replacements. */
export function retentionWith(replaced: Partial<Retention>): Pick<Deps, 'retention'> {
  return { retention: { ...toRetention(retentionSettings.parse({})), ...replaced } };
}

export interface TestClock extends Clock {
  advance(ms: number): void;
}

/** Returns a clock that moves only when it is advanced. */
export function clockAt(start: number): TestClock {
  let at = start;
  return {
    now: () => at,
    advance: (ms) => {
      at += ms;
    },
  };
}
