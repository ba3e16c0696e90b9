// Driver for instances in isolates: each is a Dynamic Worker without bindings or network, made from the module in the store. Replaces a
// builder for those instances and forwards everything else to it. The runtime creates and drops isolates as needed, so nothing is
// started or stopped.
import { eq, sql } from 'drizzle-orm';
import { readBuilderError } from '../builders/requests.ts';
import { readOperationAnswer } from '../contract/builder/answers.ts';
import type { Builder } from '../contract/builder/builder.ts';
import { BuilderError } from '../contract/builder/errors.ts';
import type { InstanceEvent } from '../contract/builder/instances.ts';
import {
  isolateCompatibilityDate,
  isolateHeaders,
  isolateModules,
  isolateUrls,
} from '../contract/builder/isolate-calls.ts';
import {
  type Hello,
  helloSchema,
  type IsolateSpec,
  isolateErrors,
  isolateTrialPrefix,
} from '../contract/builder/isolates.ts';
import type { CallOptions } from '../contract/builder/serving.ts';
import { builderLimits } from '../contract/limits/builder.ts';
import { isolateLimits } from '../contract/limits/isolates.ts';
import { answerTooLarge } from '../contract/limits/limit-texts.ts';
import type { Clock } from '../core/clock.ts';
import { isId } from '../core/ids.ts';
import { readPieces } from '../core/paced-bytes.ts';
import type { Held } from '../core/room.ts';
import { deployments } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps, KnownPlace } from '../deps.ts';
import { isolateMain } from '../isolate/bundle.gen.ts';
import { largeRoom } from '../registry/storage/archive-place.ts';
import { wasmKey } from './builds/builds.ts';

/** Module digests by instance; null for an instance that is not an isolate. */
export type ModuleCache = Map<string, string | null>;

/** Returns the digest of the module that an instance runs, or null if it is not an isolate. */
export type ModuleLookup = (instanceId: string) => Promise<string | null>;

export interface Isolates {
  loader: WorkerLoader;
  blobs: Pick<R2Bucket, 'get' | 'head'>;
  clock: Clock;
  moduleOf: ModuleLookup;
  /** Returns the receiver of an instance's output, if it is stored. */
  logOf(instanceId: string): Fetcher[];
}

/** Enough for the main module's own work around a call. */
const ownCpuMs = 1000;

export function builderWithIsolates(builder: Builder, isolates: Isolates): Builder {
  const isIsolate = async (id: string) => (await isolates.moduleOf(id)) !== null;
  return {
    ...builder,
    start: (id, spec) => (spec.runtime === 'isolate' ? load(isolates, id, spec) : builder.start(id, spec)),
    operate: async (id, body, options = {}) => {
      const module = await isolates.moduleOf(id);
      return module === null ? builder.operate(id, body, options) : operate(isolates, { id, module }, body, options);
    },
    status: async (id) => {
      const module = await isolates.moduleOf(id);
      if (module === null) return builder.status(id);
      return (await isStored(isolates, module)) ? statusOf(isolates, id, module) : undefined;
    },
    standBy: async (id, ticket) => ((await isIsolate(id)) ? undefined : builder.standBy(id, ticket)),
    warn: async (id, warning) => ((await isIsolate(id)) ? undefined : builder.warn(id, warning)),
    cutOff: async (id) => ((await isIsolate(id)) ? undefined : builder.cutOff(id)),
    logs: async (id, from) => ((await isIsolate(id)) ? undefined : builder.logs(id, from)),
    stop: async (id, options) => {
      if (!id.startsWith(isolateTrialPrefix) && !(await isIsolate(id))) await builder.stop(id, options);
    },
    capabilities: async () => ({ ...(await builder.capabilities()), isolates: { available: true } }),
  };
}

/** Looks up the modules of deployments. A deployment's module never changes, so each is read once. */
export function moduleLookup(db: Deps['db'], cache: ModuleCache): ModuleLookup {
  return async (id) => {
    const known = cache.get(id);
    if (known !== undefined || !isId('deployment', id)) return known ?? null;
    const [row] = await db
      .select({ module: sql<string | null>`${pluginVersions.built} ->> '$.wasm.artifact.sha256'`, place })
      .from(deployments)
      .innerJoin(pluginVersions, eq(deployments.versionId, pluginVersions.id))
      .where(eq(deployments.id, id));
    const module = row?.place === 'isolate' ? row.module : null;
    if (row) remember(cache, id, module);
    return module;
  };
}

/** Caches the module in a route's rows, as `moduleLookup` does. */
export function rememberModule(cache: ModuleCache, id: string, { placement, version }: KnownPlace): void {
  const { wasm = null } = version.built ?? {};
  const module = wasm && 'artifact' in wasm ? wasm.artifact.sha256 : null;
  remember(cache, id, placement.place === 'isolate' ? module : null);
}

function remember(cache: ModuleCache, id: string, module: string | null): void {
  if (cache.size >= cacheSize) cache.clear();
  cache.set(id, module);
}

const place = sql<string | null>`${deployments.placement} ->> '$.place'`;
const cacheSize = 10_000;

interface Isolate {
  id: string;
  module: string;
}

/**
 * Runs work with an instance's isolate: one ID per deployment, so the runtime keeps it warm and requests the code only when it creates
 * one. The caller's isolate must hold the whole module until the runtime has it. Nothing signals that, so it holds the module until the
 * work is done or its reservation expires.
 */
async function withWorker<Result>(
  { blobs, loader, logOf }: Isolates,
  { id, module }: Isolate,
  work: (worker: WorkerStub) => Promise<Result>,
): Promise<Result> {
  const places: Held[] = [];
  const read = async () => {
    const stored = await blobs.head(wasmKey(module));
    places.push(await largeRoom.enter(stored?.size ?? 0, { owner: 'modules' }));
    return (await blobs.get(wasmKey(module)))?.arrayBuffer();
  };
  const worker = loader.get(id, async () => {
    const wasm = await read();
    if (!wasm) throw new Error(`The module ${module} is not in the store.`);
    return {
      compatibilityDate: isolateCompatibilityDate,
      mainModule: isolateModules.main,
      modules: {
        [isolateModules.main]: { js: isolateMain },
        [isolateModules.plugin]: { wasm },
      },
      env: {},
      globalOutbound: null,
      tails: logOf(id),
    };
  });
  try {
    return await work(worker);
  } finally {
    for (const place of places) place.leave();
  }
}

interface Exchange {
  url: string;
  body: string | null;
  requestId?: string | undefined;
  timeLimitMs: number;
}

/**
 * Returns a successful response's body. Rejects with a BuilderError. The runtime kills an isolate at its CPU and memory limits. The
 * main module runs next to the plugin, so it isn't trusted.
 */
async function send(
  worker: WorkerStub,
  { url, body, requestId = '', timeLimitMs }: Exchange,
): Promise<Uint8Array<ArrayBuffer>> {
  const headers = { [isolateHeaders.request]: requestId, [isolateHeaders.timeLimit]: String(Math.ceil(timeLimitMs)) };
  const entry = worker.getEntrypoint(undefined, { limits: { cpuMs: Math.ceil(timeLimitMs) + ownCpuMs } });
  const signal = AbortSignal.timeout(timeLimitMs + builderLimits.hangMs);
  let response: Response;
  let received: Uint8Array<ArrayBuffer> | undefined;
  try {
    response = await entry.fetch(url, { method: 'POST', body, headers, signal });
    received = await bytesOf(response, isolateLimits.answerBytes);
  } catch (cause) {
    throw endedBy(cause, signal.aborted, timeLimitMs);
  }
  if (!received) throw new BuilderError('answer-invalid', answerTooLarge(builderLimits.callBytes));
  if (response.ok) return received;
  const error = await readBuilderError(new Response(received, { status: response.status }));
  if (isolateErrors.has(error.code)) throw error;
  throw new BuilderError('answer-invalid', "The plugin's isolate returned something other than a result.");
}

/** Reads a body. Stops and returns undefined if it has more than `bytesMax`. */
async function bytesOf({ body }: Response, bytesMax: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body ? readPieces(body) : []) {
    size += piece.length;
    if (size > bytesMax) return undefined;
    pieces.push(piece);
  }
  const bytes = new Uint8Array(size);
  for (let at = 0; pieces.length > 0; ) {
    const piece = pieces.shift() ?? new Uint8Array();
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function endedBy(cause: unknown, isLate: boolean, timeLimitMs: number): BuilderError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (isLate || /cpu/i.test(reason))
    return new BuilderError('call-timeout', `No response within ${timeLimitMs} ms.`, [], cause);
  return new BuilderError('instance-crashed', `The plugin's isolate ended during the call: ${reason}`, [], cause);
}

async function* load(isolates: Isolates, id: string, spec: IsolateSpec): AsyncGenerator<InstanceEvent> {
  yield { type: 'step', at: new Date(isolates.clock.now()).toISOString(), step: 'load' };
  const failure = await loadFailure(isolates, id, spec);
  if (failure) yield { type: 'failed', error: failure };
  else yield { type: 'ready', instance: statusOf(isolates, id, spec.artifact) };
}

async function loadFailure(isolates: Isolates, id: string, { artifact }: IsolateSpec) {
  if (!(await isStored(isolates, artifact)))
    return {
      code: 'artifact-invalid' as const,
      message: 'The module of this version is not in the store. Install the plugin again.',
    };
  let hello: Hello;
  try {
    const received = await withWorker(isolates, { id, module: artifact }, (worker) =>
      send(worker, { url: isolateUrls.load, body: null, timeLimitMs: builderLimits.startMs }),
    );
    hello = helloSchema.parse(JSON.parse(new TextDecoder().decode(received)));
  } catch (error) {
    return { code: 'load-failed' as const, message: error instanceof Error ? error.message : String(error) };
  }
  return hello.error && { code: 'wrong-interface' as const, message: hello.error.message };
}

async function operate(
  isolates: Isolates,
  isolate: Isolate,
  body: string,
  { requestId, callMs = builderLimits.callMs, timeLeftMs = callMs }: CallOptions,
) {
  const timeLimitMs = Math.max(1, Math.min(callMs, timeLeftMs));
  const answer = await withWorker(isolates, isolate, (worker) =>
    send(worker, { url: isolateUrls.call, body, requestId, timeLimitMs }),
  );
  return readOperationAnswer(new TextDecoder().decode(answer));
}

async function isStored({ blobs }: Isolates, module: string): Promise<boolean> {
  return (await blobs.head(wasmKey(module))) !== null;
}

/** An isolate can be called at any time. Only the runtime knows its actual state. */
function statusOf({ clock }: Isolates, id: string, module: string) {
  return {
    id,
    state: 'ready' as const,
    code: module,
    started_at: new Date(clock.now()).toISOString(),
    restarts: 0,
    early_crashes: 0,
    last_crash: null,
    calls: 0,
    calls_in_flight: 0,
    last_call_at: null,
    standby: false,
  };
}
