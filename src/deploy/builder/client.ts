// The Worker's client for the builder's HTTP contract. A builder is behind a URL, or in the container of the Durable Object named by the
// instance's ID; fetches and builds go to a few containers of their own. What an error means for a deployment is the caller's decision.
import { ZodError, type z } from 'zod';
import { analysisSchema } from '../../contract/builder/analyses.ts';
import { batchOutcomeSchema } from '../../contract/builder/batch.ts';
import { buildEventSchema } from '../../contract/builder/builds.ts';
import {
  environmentEventSchema,
  environmentTargetSchema,
  lockEventSchema,
} from '../../contract/builder/environments.ts';
import { healthSchema } from '../../contract/builder/health.ts';
import {
  type Builder,
  BuilderError,
  builderErrorSchema,
  builderErrorStatus,
  callAnswerSchema,
  callHeader,
  contractHeader,
  contractVersion,
  type InstanceSpec,
  instanceEventSchema,
  instanceStatusSchema,
  networkHeader,
  operationAnswerSchema,
  requestHeader,
} from '../../contract/builder/instances.ts';
import { heldLogSchema } from '../../contract/builder/log-chunk.ts';
import { type CallOptions, standbyHeader, standbyText, timeoutHeader } from '../../contract/builder/serving.ts';
import {
  type FetchedSource,
  type SourceRefusal,
  sourceHeader,
  sourceRefusalSchema,
  sourceSchema,
} from '../../contract/builder/sources.ts';
import { builderLimits, builderRequests } from '../../contract/limits/builder.ts';
import { parseHostPattern } from '../../contract/plugin/permissions.ts';
import type { ContainerSize, Jurisdiction, LocationHint, Placement } from '../../contract/plugin/placement.ts';
import { logSource } from './log-source.ts';
import { StartFailed } from './start-failed.ts';

/** Sends one request to the builder that has, or will have, this instance. Rejects if nothing answers. */
export type Send = (instanceId: string, path: string, init: RequestInit) => Promise<Response>;

const json = { 'content-type': 'application/json' };
/** Statuses of a proxy or Durable Object in front of a builder that does not answer. */
const gatewayStatuses = [502, 503, 504];

/** One builder for all instances, such as the local process. */
export function builderByUrl(at: BuilderUrl): Builder {
  return builderBy(sendByUrl(at), 1);
}

export interface BuilderUrl {
  url: string;
  token: string;
}

export function sendByUrl({ url, token }: BuilderUrl): Send {
  return (_, path, { headers, ...init }) =>
    fetch(`${url}${path}`, { ...init, headers: { ...headers, authorization: `Bearer ${token}` } });
}

/** The part of a Durable Object namespace that is used here. */
interface Containers {
  getByName(id: string, options?: { locationHint?: LocationHint }): Pick<Fetcher, 'fetch'>;
}

export interface ContainerNamespaces {
  /** A class for each size, because a class has one instance type. */
  instances: Record<ContainerSize, Containers & { jurisdiction(name: Jurisdiction): Containers }>;
  builds: Containers;
  /** How many containers fetch and build. */
  buildHosts: number;
}

/** A container for each instance, and a few for all builds. The Durable Object adds the token, which only it knows. */
export function builderByContainers(
  { instances, builds, buildHosts }: ContainerNamespaces,
  placementOf: (instanceId: string) => Promise<Placement>,
): Builder {
  const instance = async (id: string) => {
    const { size, location, jurisdiction } = await placementOf(id);
    const namespace = jurisdiction === null ? instances[size] : instances[size].jurisdiction(jurisdiction);
    return namespace.getByName(id, location === null ? {} : { locationHint: location });
  };
  const send: Send = async (id, path, init) => {
    const container = id.startsWith(buildHostPrefix) ? builds.getByName(id) : await instance(id);
    return container.fetch(`http://container${path}`, init);
  };
  const builder = builderBy(send, buildHosts);
  return {
    ...builder,
    isCollected: false,
    unstoredLogs: async () => ({ logs: [] }),
    logsStored: async () => {},
    start: (id, spec) => {
      requireWebOnly(spec);
      return builder.start(id, spec);
    },
  };
}

/** The platform carries HTTP and HTTPS out of a container, and nothing else. */
function requireWebOnly({ plugin, permissions = {} }: InstanceSpec): void {
  const { network = [], forward = {} } = permissions;
  const ports = network.filter((host) => ![undefined, 80, 443].includes(parseHostPattern(host)?.port));
  const raw = [...ports, ...Object.values(forward)];
  if (raw.length === 0) return;
  const message = `${plugin.name} asks for ${raw.join(', ')}. Containers carry only HTTP and HTTPS, on ports 80 and 443: run a builder of your own (BUILDER_MODE=url).`;
  throw new StartFailed({ code: 'needs-own-builder', message });
}

const buildHostPrefix = 'builds-';

/** Returns the host for a text: always the same one, whose caches are then warm. */
function hostFor(text: string, hosts: number): string {
  const hash = [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0, 0);
  return `${buildHostPrefix}${hash % hosts}`;
}

/** How long a request may take, and how long a builder that refuses connections is retried. */
export interface RetryPolicy {
  timeoutMs: number;
  reconnectMs: number;
}

const defaultPolicy: RetryPolicy = { timeoutMs: builderRequests.timeoutMs, reconnectMs: builderLimits.reconnectMs };
/** Starting, joining a start, or sending the archive. */
const startPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 2 * builderLimits.startMs };
/** Longer than the builder's own limits: only a builder that hangs reaches it. */
function callPolicy({ callMs = builderLimits.callMs }: CallOptions): RetryPolicy {
  return { ...defaultPolicy, timeoutMs: builderLimits.readyWaitMs + callMs + 2 * builderLimits.hangMs };
}
/** The instance is stopped after the call. What is sent again would find no instance. */
function batchPolicy(options: CallOptions): RetryPolicy {
  return { timeoutMs: callPolicy(options).timeoutMs + builderLimits.hangMs, reconnectMs: 0 };
}
/** Builds ahead of this one in the queue take time, too. */
const buildPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 3 * builderLimits.buildMs };
/** Several installations may be ahead of this one. */
const environmentPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 2 * builderLimits.environmentMs };
const fetchPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 2 * builderLimits.fetchMs };
const stopPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 2 * builderLimits.drainMaxMs };
/** For display only. */
const statusPolicy: RetryPolicy = { timeoutMs: builderRequests.statusMs, reconnectMs: 0 };

function builderBy(send: Send, buildHosts: number): Builder {
  const request = requestBy(send);
  const buildHost = (archive: string) => hostFor(archive, buildHosts);
  return {
    putBlob: async (id, sha256, body, sizeBytes) => {
      const known = body.pipeThrough(new FixedLengthStream(sizeBytes));
      const policy = {
        ...startPolicy,
        timeoutMs: startPolicy.timeoutMs + sizeBytes / builderRequests.uploadBytesPerMs,
      };
      await request(id, `/blobs/${sha256}`, { method: 'PUT', body: known }, policy, done);
    },
    getBlob: (id, sha256) =>
      unlessMissing(request(id, `/blobs/${sha256}`, {}, { ...startPolicy, timeoutMs: buildPolicy.timeoutMs }, bodyOf)),
    start: (id, spec) => {
      const { network, forward } = spec.permissions ?? {};
      const header = network || forward ? { [networkHeader]: 'granted' } : {};
      const init = { method: 'PUT', body: JSON.stringify(spec), headers: { ...json, ...header } };
      return events(instanceEventSchema, () => request(id, `/instances/${id}`, init, startPolicy, bodyOf));
    },
    call: (id, body, options = {}) => {
      const init = callInit(body, options);
      if (options.mark) init.headers[standbyHeader] = standbyText(options.mark);
      return request(id, `/instances/${id}/invoke`, init, callPolicy(options), answerBy(callAnswerSchema));
    },
    operate: (id, body, options = {}) => {
      const init = callInit(body, options);
      return request(id, `/instances/${id}/invoke`, init, callPolicy(options), answerBy(operationAnswerSchema));
    },
    runBatch: (id, call, options = {}) => {
      const init = callInit(JSON.stringify(call), options);
      return request(id, `/instances/${id}/batch`, init, batchPolicy(options), jsonBy(batchOutcomeSchema));
    },
    standBy: async (id, ticket) => {
      const init = { method: 'POST', headers: { [standbyHeader]: standbyText({ standby: true, ticket }) } };
      await unlessMissing(request(id, `/instances/${id}/standby`, init, statusPolicy, done));
    },
    cutOff: async (id) => {
      await unlessMissing(request(id, `/instances/${id}/cut-off`, { method: 'POST' }, defaultPolicy, done));
    },
    warn: async (id, warning) => {
      const init = { method: 'POST', body: JSON.stringify(warning), headers: json };
      await unlessMissing(request(id, `/instances/${id}/warnings`, init, statusPolicy, done));
    },
    status: (id) => unlessMissing(request(id, `/instances/${id}`, {}, statusPolicy, jsonBy(instanceStatusSchema))),
    logs: (id, from = '') =>
      unlessMissing(request(id, `/logs/${id}?from=${from}`, {}, defaultPolicy, jsonBy(heldLogSchema))),
    isCollected: true,
    ...logSource((path, init) => request('', path, init, defaultPolicy, async (response) => response)),
    stop: async (id) => {
      await unlessMissing(request(id, `/instances/${id}`, { method: 'DELETE' }, stopPolicy, done));
    },
    capabilities: async () =>
      (await request(hostFor('', buildHosts), '/health', {}, defaultPolicy, jsonBy(healthSchema))).capabilities,
    fetchSource: (source) => {
      const init = { method: 'POST', body: JSON.stringify(source), headers: json };
      return request(hostFor(source.repository, buildHosts), '/sources', init, fetchPolicy, fetchedSource);
    },
    buildHost,
    build: (spec) => {
      const init = { method: 'POST', body: JSON.stringify(spec), headers: json };
      return events(buildEventSchema, () => request(buildHost(spec.archive), '/builds', init, buildPolicy, bodyOf));
    },
    analyze: (spec) => {
      const init = { method: 'POST', body: JSON.stringify(spec), headers: json };
      return request(buildHost(spec.archive), '/analyses', init, buildPolicy, jsonBy(analysisSchema));
    },
    lock: (spec) => {
      const host = hostFor(JSON.stringify(spec.requirements.map(({ text }) => text)), buildHosts);
      const init = { method: 'POST', body: JSON.stringify(spec), headers: json };
      return events(lockEventSchema, () => request(host, '/locks', init, environmentPolicy, bodyOf));
    },
    environmentTarget: (id) => {
      const path = `/instances/${id}/target`;
      return request(id, path, { method: 'POST' }, startPolicy, jsonBy(environmentTargetSchema));
    },
    environmentHost: (lock) => hostFor(lock, buildHosts),
    install: (spec) => {
      const init = { method: 'POST', body: JSON.stringify(spec), headers: json };
      const host = hostFor(spec.lock.digest, buildHosts);
      return events(environmentEventSchema, () => request(host, '/environments', init, environmentPolicy, bodyOf));
    },
    deleteData: async (id, name) => {
      try {
        await unlessMissing(request(id, `/data/${name}`, { method: 'DELETE' }, defaultPolicy, done));
        return true;
      } catch (error) {
        if (error instanceof BuilderError && error.code === 'data-in-use') return false;
        throw error;
      }
    },
  };
}

type Request = <Result>(
  id: string,
  path: string,
  init: RequestInit,
  policy: RetryPolicy,
  read: (response: Response) => Promise<Result>,
) => Promise<Result>;

/** Returns a function that sends a request, retries it while a builder restarts, and reads the response. It ends with `init.signal`. */
export function requestBy(send: Send): Request {
  return (id, path, init, policy, read) => {
    const headers = { ...init.headers, [contractHeader]: contractVersion };
    const attempt = async (timeout: AbortSignal) => {
      const signal = init.signal ? AbortSignal.any([timeout, init.signal]) : timeout;
      const response = await send(id, path, { ...init, signal, headers });
      if (response.ok) return read(response);
      throw await errorOf(response);
    };
    const retryPolicy = init.body instanceof ReadableStream ? { ...policy, reconnectMs: 0 } : policy;
    return withRetry(attempt, retryPolicy, init.signal);
  };
}

/**
 * Retries while a builder restarts. A request whose connection broke is sent again, so every request must be repeatable. A call has an
 * ID: the builder that got it before refuses it (D47).
 */
async function withRetry<Result>(
  attempt: (signal: AbortSignal) => Promise<Result>,
  { timeoutMs, reconnectMs }: RetryPolicy,
  ended: AbortSignal | null = null,
): Promise<Result> {
  const deadline = Date.now() + reconnectMs;
  for (;;) {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await attempt(signal);
    } catch (cause) {
      ended?.throwIfAborted();
      if (isFinal(cause, deadline)) throw cause;
      if (signal.aborted)
        throw new BuilderError('unreachable', `The builder did not answer within ${timeoutMs / 1000} s`, [], cause);
      if (Date.now() >= deadline) throw new BuilderError('unreachable', 'The builder does not answer', [], cause);
      await new Promise((resolve) => setTimeout(resolve, builderRequests.retryEveryMs));
    }
  }
}

/** Whether the request was answered. A builder that is about to exit did not begin with it. */
function isFinal(error: unknown, deadline: number): boolean {
  if (error instanceof BuilderError) return error.code !== 'builder-stopping' || Date.now() >= deadline;
  return error instanceof ZodError || error instanceof SyntaxError;
}

/**
 * An ID for each call, the same for all its attempts. When a client goes away, the runtime closes the connection to the builder, which
 * cancels the call.
 */
function callInit(body: string, { requestId, timeLeftMs }: CallOptions) {
  const headers: Record<string, string> = { ...json, [callHeader]: crypto.randomUUID() };
  if (requestId !== undefined) headers[requestHeader] = requestId;
  if (timeLeftMs !== undefined) headers[timeoutHeader] = String(Math.ceil(timeLeftMs));
  return { method: 'POST', body, headers };
}

async function unlessMissing<Result>(answer: Promise<Result>): Promise<Result | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof BuilderError && (error.code === 'instance-gone' || error.code === 'not-found'))
      return undefined;
    throw error;
  }
}

/** Reads NDJSON and validates each line. */
async function* events<Event>(
  schema: z.ZodType<Event>,
  open: () => Promise<ReadableStream<Uint8Array>>,
): AsyncGenerator<Event> {
  let rest = '';
  for await (const text of untilLost((await open()).pipeThrough(new TextDecoderStream()))) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield schema.parse(JSON.parse(line));
  }
}

/** Yields what a builder sends. One that is lost meanwhile is unreachable. */
async function* untilLost(body: ReadableStream<string>): AsyncGenerator<string> {
  try {
    yield* body;
  } catch (cause) {
    throw new BuilderError('unreachable', 'The builder was lost while it worked', [], cause);
  }
}

async function bodyOf(response: Response): Promise<ReadableStream<Uint8Array>> {
  if (!response.body) throw new BuilderError('internal', 'The builder sent no body');
  return response.body;
}

async function fetchedSource(response: Response): Promise<FetchedSource | SourceRefusal> {
  const source = response.headers.get(sourceHeader);
  if (source === null) return sourceRefusalSchema.parse(await response.json());
  return { source: sourceSchema.parse(JSON.parse(source)), archive: await bodyOf(response) };
}

function jsonBy<Output>(schema: z.ZodType<Output>): (response: Response) => Promise<Output> {
  return async (response) => schema.parse(await response.json());
}

/** Reads what a plugin answered, which may be anything: an answer that is none is the plugin's error. */
export function answerBy<Output>(schema: z.ZodType<Output>): (response: Response) => Promise<Output> {
  return async (response) => {
    const answer = parseJson(await response.text());
    if (answer === undefined) throw new BuilderError('answer-invalid', "The plugin's answer is not JSON.");
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new BuilderError('answer-invalid', `The plugin's answer has an invalid form: ${issue?.message}.`);
  };
}

async function done(response: Response): Promise<void> {
  await response.body?.cancel();
}

export async function errorOf(response: Response): Promise<BuilderError> {
  const text = await response.text().catch(() => '');
  const body = builderErrorSchema.safeParse(parseJson(text));
  if (body.success) {
    const { code, message, missing, crashes = 0 } = body.data.error;
    return Object.assign(new BuilderError(code, message, missing), { crashes });
  }
  if (response.status === builderErrorStatus['contract-mismatch'])
    return new BuilderError('contract-mismatch', 'The builder is of another release than the Worker.');
  return gatewayStatuses.includes(response.status)
    ? new BuilderError('unreachable', `The builder cannot be reached (${response.status}): ${text.slice(0, 200)}`)
    : new BuilderError('internal', `The builder answered ${response.status}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
