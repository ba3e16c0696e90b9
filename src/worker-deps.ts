// Builds the Deps of one invocation from the Worker's environment.
import { exports, waitUntil } from 'cloudflare:workers';
import { z } from 'zod';
import { type Bindings, bindingsOf } from './bindings.ts';
import { askHealth, builderByContainers, type SendOut } from './builders/client.ts';
import { fetchByBuilder } from './builders/egress.ts';
import { type Pool, PoolView } from './builders/pool/members.ts';
import { builderByPool, sendByPool } from './builders/pool/pool.ts';
import type { Builder } from './contract/builder/builder.ts';
import type { ShareRequest } from './contract/call-limits.ts';
import { deploymentLimits } from './contract/limits/deployments.ts';
import type { Jurisdiction } from './contract/plugin/placement.ts';
import { systemClock } from './core/clock.ts';
import { idSource } from './core/ids.ts';
import { jsonLog, type Log } from './core/log.ts';
import type { TraceContext } from './core/trace-context.ts';
import type { Pace } from './core/turns.ts';
import { noMarks, printedMarks, type WorkMarks } from './core/work-marks.ts';
import { type Db, type Directory, database, type RequestDatabase, requestDatabase } from './db/client.ts';
import type { CallLimitShares, Deps } from './deps.ts';
import { trackEventIds } from './events/record.ts';
import type { PlaceDeps } from './feature.ts';
import { features } from './features.ts';
import { Waits } from './following/waits.ts';
import { startInstance } from './instances/fleets/instances.ts';
import { builderWithIsolates, type ModuleCache, moduleLookup, rememberModule } from './instances/isolates.ts';
import { type PlacementCache, placementLookup, rememberPlacement } from './instances/placement.ts';
import { pausing } from './registry/storage/turns.ts';
import { releaseMeters } from './releases/meters.ts';
import { policyVersion } from './scan/scan.ts';
import { workerParsers } from './scan-host/parsers.ts';
import { spanExport, tracingTo } from './watching/span-export.ts';

const parsers = workerParsers();
export const log = jsonLog({
  info: (line) => console.log(line),
  warn: (line) => console.warn(line),
  error: (line) => console.error(line),
});
const quietLog: Log = { ...log, info: () => {} };
const ids = idSource(systemClock.now);
const placements: PlacementCache = new Map();
const builders = new PoolView();
const isolateModules: ModuleCache = new Map();
const places = features.flatMap(({ place }) => place ?? []);
const callLimits = { isolate: '', held: new Map() };
const waits = new Waits();
const spans = spanExport();
let marks: WorkMarks | undefined;

/** Builds the Deps. Throws a Problem that names missing or invalid settings. */
export function makeDeps(env: unknown, ctx: Pick<ExecutionContext, 'waitUntil'>): Deps {
  const bindings = bindingsOf(env);
  const local = bindings.S3_MODE === 'local';
  const pace: Pace = { mode: 'new' };
  const { DB, D1_REPLICAS, DIRECTORY: directory } = bindings;
  const database = requestDatabase(DB, { directory, local, pace, replicas: D1_REPLICAS === '1' });
  return {
    ...isolateDepsOf(bindings),
    ...database,
    blobs: local ? pausing(bindings.ARCHIVES, pace) : bindings.ARCHIVES,
    ...trackEventIds(ids),
    defer: deferBy(ctx.waitUntil.bind(ctx)),
  };
}

function deferBy(waitUntil: (work: Promise<unknown>) => void): Deps['defer'] {
  return (work) => waitUntil(work.catch((cause: unknown) => log.error('deferred.failed', { cause })));
}

type IsolateDeps = Omit<Deps, keyof RequestDatabase | 'blobs' | 'ids' | 'takeNewEventId' | 'defer'>;

const madeOnce = new WeakMap<Bindings, IsolateDeps>();

/** Returns the Deps that an isolate's invocations share. They read the primary, and defer work in the invocation that asks them. */
function isolateDepsOf(bindings: Bindings): IsolateDeps {
  const known = madeOnce.get(bindings);
  if (known) return known;
  const made = makeIsolateDeps(bindings);
  madeOnce.set(bindings, made);
  return made;
}

function makeIsolateDeps(bindings: Bindings): IsolateDeps {
  const { DB, DIRECTORY = DB } = bindings;
  const reach = { bindings, db: database(DB), directory: database(DIRECTORY), defer: deferBy(waitUntil) };
  return {
    queues: queuesOf(bindings),
    builder: driverOf(reach, null),
    askBuilder: askBuilderOf(bindings),
    placed: (id, place) => {
      rememberPlacement({ clock: systemClock }, placements, { id, placement: place.placement });
      rememberModule(isolateModules, id, place);
      for (const { routed } of places) routed(id, place.placement);
    },
    startInstance,
    assets: (request) => bindings.ASSETS.fetch(request),
    releases: releaseMeters(inJurisdiction(bindings.RELEASES, bindings), log),
    vectorize: vectorizeOf(bindings),
    callLimits: callLimitsOf(bindings),
    waits,
    parsers,
    policyVersion,
    clock: systemClock,
    marks: marksOf(bindings),
    ...watchingOf(reach),
    storage: storageOf(bindings),
    publicUrl: bindings.PUBLIC_URL ?? null,
    locationHint: null,
    jurisdiction: bindings.JURISDICTION ?? null,
    confirmInlineMs: bindings.CONFIRM_INLINE_MS,
    installWaitMs: deploymentLimits.installWaitMs,
    adminToken: bindings.ADMIN_TOKEN,
    metricsToken: bindings.METRICS_TOKEN ?? null,
    prices: bindings.PRICES ?? null,
    anonymousOrganization: bindings.ANONYMOUS_ORGANIZATION ?? null,
    grantingOrganization: bindings.GRANTING_ORGANIZATION ?? null,
    hosts: bindings.hosts,
    rateLimiter: bindings.RATE_LIMITER ?? null,
    fetch: egressOf(reach),
    allowLoopback: bindings.ALLOW_LOOPBACK === '1',
    ownPorts: bindings.ownPorts,
    builderUrls: bindings.builderUrls,
    retention: bindings.retention,
    settings: bindings.settings,
    features,
    dataKey: bindings.DATA_KEK,
  };
}

/** Returns the isolate's marks. */
function marksOf({ INTERRUPTED_WORK: interrupted }: Bindings): WorkMarks {
  marks ??=
    interrupted === undefined
      ? noMarks
      : printedMarks(new Map(Object.entries(interrupted)), (line) => console.log(line));
  return marks;
}

function queuesOf(bindings: Bindings): Deps['queues'] {
  return {
    scans: bindings.SCANS,
    deployments: bindings.DEPLOYMENTS,
    deliveries: bindings.DELIVERIES,
    runs: bindings.RUNS,
    calls: bindings.CALLS,
    lowCalls: bindings.LOW_CALLS,
    artifacts: bindings.ARTIFACTS,
  };
}

function callLimitsOf(bindings: Bindings): CallLimitShares {
  const objects = inJurisdiction(bindings.CALL_LIMITS, bindings);
  return Object.assign(callLimits, {
    share: (id: string, request: ShareRequest) => objects.getByName(id).share(request),
  });
}

function inJurisdiction<Objects extends { jurisdiction(name: Jurisdiction): Objects }>(
  objects: Objects,
  { JURISDICTION: jurisdiction }: Pick<Bindings, 'JURISDICTION'>,
): Objects {
  return jurisdiction ? objects.jurisdiction(jurisdiction) : objects;
}

/** Returns the Worker's metrics and traces for operators. */
function watchingOf(
  reach: Reach,
): Pick<Deps, 'log' | 'logEvery' | 'tracing' | 'trace' | 'runtimeMemory' | 'callDataset'> {
  const { bindings } = reach;
  const isInformed = bindings.LOG_LEVEL === 'info';
  return {
    log: isInformed ? log : quietLog,
    logEvery: isInformed ? bindings.LOG_EVERY : Number.POSITIVE_INFINITY,
    tracing: tracingOf(reach),
    trace: null,
    runtimeMemory: () => memoryOf(bindings),
    callDataset: bindings.CALL_DATASET ?? null,
  };
}

function tracingOf(reach: Reach): Deps['tracing'] {
  const { OTLP_EVERY: every, OTLP_URL: url } = reach.bindings;
  if (url === undefined) return null;
  const { defer } = reach;
  return {
    ...tracingTo(spans, { url, every }, { clock: systemClock, defer, log }),
    builderIn: (trace) => driverOf(reach, trace),
  };
}

const memoryModel = z.object({ bytes: z.int().nullable() });

async function memoryOf({ ADMIN_TOKEN: token, RUNTIME: runtime }: Bindings): Promise<number | null> {
  if (!runtime) return null;
  const response = await runtime.fetch('http://runtime/memory', { headers: { authorization: `Bearer ${token}` } });
  return memoryModel.parse(await response.json()).bytes;
}

function storageOf(bindings: Bindings): Deps['storage'] {
  return {
    local: bindings.S3_MODE === 'local',
    endpoint: bindings.S3_ENDPOINT,
    port: new URL(bindings.S3_ENDPOINT).port,
    bucket: bindings.S3_BUCKET,
    accessKeyId: bindings.S3_ACCESS_KEY_ID,
    secretAccessKey: bindings.S3_SECRET_ACCESS_KEY,
  };
}

/** Parts with which an isolate reaches builders. */
interface Reach {
  bindings: Bindings;
  db: Db;
  directory: Directory;
  defer: Deps['defer'];
}

function driverOf(reach: Reach, trace: TraceContext | null): Builder {
  const { bindings, db } = reach;
  const deps: PlaceDeps = {
    db,
    blobs: bindings.ARCHIVES,
    clock: systemClock,
    dataKey: bindings.DATA_KEK,
    storage: storageOf(bindings),
    publicUrl: bindings.PUBLIC_URL ?? null,
    fetch: egressOf(reach),
    allowLoopback: bindings.ALLOW_LOOPBACK === '1',
    ownPorts: bindings.ownPorts,
    log,
    features,
  };
  return places.reduce((builder, place) => place.builder(builder, deps), withIsolates(reach, trace));
}

function withIsolates(reach: Reach, trace: TraceContext | null): Builder {
  const { bindings, db } = reach;
  const builder = builderOf(reach, trace);
  if (bindings.ISOLATES === 'builder') return builder;
  return builderWithIsolates(builder, {
    loader: bindings.LOADER,
    blobs: bindings.ARCHIVES,
    clock: systemClock,
    moduleOf: moduleLookup(db, isolateModules),
    logOf: (id) => (hasIsolateLog(exports) ? [exports.IsolateLog({ props: { id } })] : []),
  });
}

/** Returns whether the Worker has the entrypoint that receives the isolates' output (worker.ts). */
function hasIsolateLog(all: unknown): all is { IsolateLog(options: { props: { id: string } }): Fetcher } {
  return typeof all === 'object' && all !== null && 'IsolateLog' in all;
}

function builderOf(reach: Reach, trace: TraceContext | null): Builder {
  const { bindings, db } = reach;
  if (bindings.BUILDER_MODE === 'url') return builderByPool(poolOf(reach, bindings.BUILDER_TOKEN, trace));
  const instances = {
    lite: bindings.INSTANCES_LITE,
    basic: bindings.INSTANCES_BASIC,
    'standard-1': bindings.INSTANCES,
    'standard-2': bindings.INSTANCES_STANDARD_2,
    'standard-3': bindings.INSTANCES_STANDARD_3,
    'standard-4': bindings.INSTANCES_STANDARD_4,
  };
  const { BUILDS, BUILD_HOSTS: buildHosts, JURISDICTION: jurisdiction } = bindings;
  const builds = jurisdiction === undefined ? BUILDS : BUILDS.jurisdiction(jurisdiction);
  const namespaces = { instances, builds, buildHosts };
  return builderByContainers(namespaces, placementLookup({ clock: systemClock, db }, placements), trace);
}

function poolOf({ bindings, db, defer, directory }: Reach, token: string, trace: TraceContext | null): Pool {
  const { builderUrls: urls } = bindings;
  const placementOf = placementLookup({ clock: systemClock, db }, placements);
  const forgetPlacement: Pool['forgetPlacement'] = (id) => placements.delete(id);
  const sendOut = sendOutOf(bindings);
  const own = { view: builders, urls, token, sendOut, db, directory, placementOf, forgetPlacement };
  return { ...own, clock: systemClock, defer, trace };
}

/** Certificates are checked by the global `fetch`, which trusts those of NODE_EXTRA_CA_CERTS. */
function sendOutOf({ NETWORK: network }: Bindings): SendOut {
  return (url, init) => (network && url.startsWith('http:') ? network.fetch(url, init) : fetch(url, init));
}

function askBuilderOf(bindings: Bindings): Deps['askBuilder'] {
  return bindings.BUILDER_MODE === 'url' ? (url) => askHealth({ url, token: bindings.BUILDER_TOKEN }) : null;
}

/** Containers run only on Cloudflare, whose network can't reach private addresses. */
function egressOf(reach: Reach): Deps['fetch'] {
  const { bindings } = reach;
  if (bindings.BUILDER_MODE === 'url' && bindings.EGRESS === 'builder')
    return fetchByBuilder(sendByPool(poolOf(reach, bindings.BUILDER_TOKEN, null)));
  return (url, init) => fetch(url, init);
}

function vectorizeOf(bindings: Bindings): Deps['vectorize'] {
  if (bindings.VECTOR_STORE === 'embedded') return null;
  return {
    url: bindings.VECTORIZE_URL,
    accountId: bindings.VECTORIZE_ACCOUNT_ID,
    token: bindings.VECTORIZE_API_TOKEN,
  };
}
