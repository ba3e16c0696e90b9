// The Worker's client for the builder's HTTP contract. A builder is behind a URL, or in the container of the Durable Object named by
// the instance's ID. Fetches and builds go to a few separate containers. The caller decides what an error means for a deployment.
import { programAnalysisSchema } from '../../contract/builder/analyses.ts';
import { readCallAnswer, readOperationAnswer } from '../../contract/builder/answers.ts';
import { readBatchOutcome } from '../../contract/builder/batch.ts';
import type { Builder } from '../../contract/builder/builder.ts';
import { buildEventSchema } from '../../contract/builder/builds.ts';
import { environmentEventSchema, lockEventSchema } from '../../contract/builder/environments.ts';
import { fleetSchema, instanceDeploymentId } from '../../contract/builder/fleets.ts';
import { healthSchema } from '../../contract/builder/health.ts';
import {
  BuilderError,
  callHeader,
  callStreamType,
  type InstanceSpec,
  instanceEventSchema,
  instanceStatusSchema,
  networkHeader,
  requestHeader,
  sharedHeader,
  takenBackHeader,
} from '../../contract/builder/instances.ts';
import { heldLogSchema } from '../../contract/builder/log-chunk.ts';
import { environmentTargetSchema } from '../../contract/builder/packages.ts';
import type { BuilderReport } from '../../contract/builder/reports.ts';
import {
  type CallOptions,
  laterHeader,
  standbyHeader,
  standbyText,
  timeoutHeader,
} from '../../contract/builder/serving.ts';
import {
  type FetchedSource,
  type SourceRefusal,
  sourceHeader,
  sourceRefusalSchema,
  sourceSchema,
} from '../../contract/builder/sources.ts';
import { builderLimits, builderRequests, startLimitMs } from '../../contract/limits/builder.ts';
import { containerLimits } from '../../contract/limits/containers.ts';
import { parseHostPattern } from '../../contract/plugin/permissions.ts';
import {
  type ContainerSize,
  environmentBytesMax,
  type Jurisdiction,
  type LocationHint,
  type Placement,
  type SharedPlace,
} from '../../contract/plugin/placement.ts';
import { writeJson } from '../../core/json/text.ts';
import { readFullPieces } from '../../core/paced-bytes.ts';
import { withLength } from '../../core/paced-streams.ts';
import { formatTraceparent, type TraceContext, traceHeader } from '../../core/trace-context.ts';
import { answerOrLines, beginningWithin } from './call-lines.ts';
import { logSource } from './log-source.ts';
import { StartFailed } from './no-capacity.ts';
import {
  done,
  events,
  jsonBy,
  type Request,
  type RetryPolicy,
  requestBy,
  requireBody,
  type Send,
  unlessMissing,
} from './requests.ts';

const json = { 'content-type': 'application/json' };
/** Returns a client for one builder that runs all instances, such as the local process. Each request carries the trace. */
export function builderByUrl(at: BuilderUrl, trace: TraceContext | null = null): Builder {
  const builder = builderBy(inTrace(sendByUrl(at), trace), 1);
  return { ...builder, reports: async () => [await reportOf(at, builder)] };
}

async function reportOf({ url }: BuilderUrl, { health }: Pick<Builder, 'health'>): Promise<BuilderReport> {
  const startedAt = Date.now();
  const [heard] = await Promise.allSettled([health()]);
  const answer = heard.status === 'fulfilled' ? heard.value : null;
  const condition = answer === null ? 'failed' : answer.status;
  const listed = { name: new URL(url).host, url, source: 'settings', mode: 'active' } as const;
  return { ...listed, condition, health: answer, tookMs: Date.now() - startedAt };
}

export interface BuilderUrl {
  url: string;
  token: string;
}

export function sendByUrl({ url, token }: BuilderUrl): Send {
  return (_, path, { headers, ...init }) =>
    fetch(`${url}${path}`, { ...init, headers: { ...headers, authorization: `Bearer ${token}` } });
}

/** Adds the trace to each request, unless it names its own span. */
function inTrace(send: Send, trace: TraceContext | null): Send {
  if (!trace) return send;
  const header = { [traceHeader]: formatTraceparent(trace) };
  return (id, path, init) => send(id, path, { ...init, headers: { ...header, ...init.headers } });
}

/** The subset of a Durable Object namespace in use. */
interface Containers {
  getByName(id: string, options?: { locationHint?: LocationHint }): Pick<Fetcher, 'fetch'>;
}

export interface ContainerNamespaces {
  /** One class per size, because a class has one instance type. */
  instances: Record<ContainerSize, Containers & { jurisdiction(name: Jurisdiction): Containers }>;
  builds: Containers;
  /** Number of containers that fetch and build. */
  buildHosts: number;
}

/**
 * Returns a client for one container per instance, and a few for all builds. The Durable Object adds the token, which only it knows.
 */
export function builderByContainers(
  { instances, builds, buildHosts }: ContainerNamespaces,
  placementOf: (instanceId: string) => Promise<Placement>,
  trace: TraceContext | null = null,
): Builder {
  const sendTo = (placement: Placement, id: string, path: string, { headers, ...init }: RequestInit) => {
    const { location, jurisdiction, shared, size } = inContainer(id, placement);
    const namespace = jurisdiction === null ? instances[size] : instances[size].jurisdiction(jurisdiction);
    const container = namespace.getByName(shared?.container ?? id, location === null ? {} : { locationHint: location });
    return container.fetch(`http://container${path}`, { ...init, headers: { ...headers, ...sharedHeaders(shared) } });
  };
  const send: Send = async (id, path, init) =>
    id.startsWith(buildHostPrefix)
      ? builds.getByName(id).fetch(`http://container${path}`, init)
      : sendTo(await placementOf(id), id, path, init);
  const builder = builderBy(inTrace(send, trace), buildHosts);
  return {
    ...builder,
    isCollected: false,
    hasContainers: true,
    health: async () => null,
    reports: async () => null,
    stopAt: (placement, id) =>
      instanceRequests(requestBy((one, path, init) => sendTo(placement, one, path, init))).stop(id),
    environmentRoom: async (id) => environmentBytesMax(inContainer(id, await placementOf(id)).size),
    unstoredLogs: async () => ({ logs: [] }),
    logsStored: async () => {},
    start: (id, spec) => {
      requireWebOnly(spec);
      return builder.start(id, spec);
    },
  };
}

/**
 * Only a deployment's serving instance shares a container. Instances of its runs and tests get a container of the deployment's size.
 */
function inContainer(id: string, { shared, ...own }: Placement): Placement {
  return shared && id === instanceDeploymentId(id) ? { ...own, size: shared.size, shared } : own;
}

/** Tells the container whether to start with network egress, whichever request comes first. */
function sharedHeaders(shared: SharedPlace | undefined): Record<string, string> {
  if (!shared) return {};
  return { [sharedHeader]: shared.container, ...(shared.network ? { [networkHeader]: 'granted' } : {}) };
}

/** The first request that starts a container decides whether it has network egress. */
function networkHeaders({ network, forward }: InstanceSpec['permissions'] = {}): Record<string, string> {
  return network || forward ? { [networkHeader]: 'granted' } : {};
}

/** The platform only carries HTTP and HTTPS out of a container. */
function requireWebOnly({ plugin, permissions = {} }: InstanceSpec): void {
  const { network = [], forward = {} } = permissions;
  const ports = network.filter((host) => ![undefined, 80, 443].includes(parseHostPattern(host)?.port));
  const raw = [...ports, ...Object.values(forward)];
  if (raw.length === 0) return;
  const message = `${plugin.name} asks for ${raw.join(', ')}. Containers carry only HTTP and HTTPS, on ports 80 and 443: run a builder of your own (BUILDER_MODE=url).`;
  throw new StartFailed({ code: 'needs-own-builder', message });
}

const buildHostPrefix = 'builds-';

/** Returns the host for a text. The same text always gets the same host, so its caches are warm. */
function hostFor(text: string, hosts: number): string {
  const hash = [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0, 0);
  return `${buildHostPrefix}${hash % hosts}`;
}

const defaultPolicy: RetryPolicy = { timeoutMs: builderRequests.timeoutMs, reconnectMs: builderLimits.reconnectMs };
/** Starting an instance, joining a start, or sending the archive. */
const startPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: containerLimits.coldStartMs + builderLimits.startMs };
/** Covers the largest environment, which a start assembles first. Only a hanging builder reaches it. */
const instancePolicy: RetryPolicy = {
  ...defaultPolicy,
  timeoutMs: containerLimits.coldStartMs + 2 * startLimitMs(builderLimits, builderLimits.environmentBytes),
};
/** Longer than the builder's own limits, so only a hanging builder reaches it. */
function callPolicy({ callMs = builderLimits.callMs }: CallOptions): RetryPolicy {
  return { ...defaultPolicy, timeoutMs: builderLimits.readyWaitMs + callMs + 2 * builderLimits.hangMs };
}
/** The instance stops after the call, so a retry would find no instance. */
function batchPolicy(options: CallOptions): RetryPolicy {
  return { timeoutMs: callPolicy(options).timeoutMs + builderLimits.hangMs, reconnectMs: 0 };
}
/** Includes the builds ahead of this one in the queue. */
const buildPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 3 * builderLimits.buildMs };
/** Includes several installations ahead of this one. */
const environmentPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 2 * builderLimits.environmentMs };
const fetchPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 2 * builderLimits.fetchMs };
const stopPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 2 * builderLimits.drainMaxMs };
/** For display only. */
const statusPolicy: RetryPolicy = { timeoutMs: builderRequests.statusMs, reconnectMs: 0 };

function builderBy(send: Send, buildHosts: number): Omit<Builder, 'reports'> {
  const request = requestBy(send);
  const hostOf = (text: string) => hostFor(text, buildHosts);
  return {
    ...blobRequests(request),
    ...instanceRequests(request),
    ...callRequests(request),
    ...buildRequests(request, hostOf),
    ...environmentRequests(request, hostOf),
    isCollected: true,
    hasContainers: false,
    stopAt: async () => {},
    ...logSource((path, init) => request('', path, { ...init, policy: defaultPolicy }, async (response) => response)),
    health: () => request('', '/health', { policy: statusPolicy }, jsonBy(healthSchema)),
    capabilities: async () =>
      (await request(hostOf(''), '/health', { policy: defaultPolicy }, jsonBy(healthSchema))).capabilities,
  };
}

function blobRequests(request: Request): Pick<Builder, 'putBlob' | 'getBlob'> {
  return {
    putBlob: async (id, sha256, body, sizeBytes) => {
      const known = withLength(readFullPieces(body), sizeBytes).body;
      const timeoutMs = startPolicy.timeoutMs + sizeBytes / builderRequests.uploadBytesPerMs;
      await request(
        id,
        `/blobs/${sha256}`,
        { method: 'PUT', body: known, policy: { ...startPolicy, timeoutMs } },
        done,
      );
    },
    getBlob: (id, sha256) =>
      unlessMissing(
        request(id, `/blobs/${sha256}`, { policy: { ...startPolicy, timeoutMs: buildPolicy.timeoutMs } }, requireBody),
      ),
  };
}

function instanceRequests(
  request: Request,
): Pick<
  Builder,
  'start' | 'standBy' | 'cutOff' | 'keepMachineCode' | 'warn' | 'status' | 'fleet' | 'logs' | 'stop' | 'deleteData'
> {
  return {
    start: (id, spec) => {
      const headers = { ...json, ...networkHeaders(spec.permissions) };
      const init = { method: 'PUT', body: JSON.stringify(spec), headers };
      return events(instanceEventSchema, () =>
        request(id, `/instances/${id}`, { ...init, policy: instancePolicy }, requireBody),
      );
    },
    standBy: async (id, ticket) => {
      const init = { method: 'POST', headers: { [standbyHeader]: standbyText({ standby: true, ticket }) } };
      await unlessMissing(request(id, `/instances/${id}/standby`, { ...init, policy: statusPolicy }, done));
    },
    cutOff: async (id) => {
      await unlessMissing(request(id, `/instances/${id}/cut-off`, { method: 'POST', policy: defaultPolicy }, done));
    },
    keepMachineCode: async (id) => {
      const init = { method: 'POST', policy: defaultPolicy };
      await unlessMissing(request(id, `/instances/${id}/machine-code`, init, done));
    },
    warn: async (id, warning) => {
      await unlessMissing(request(id, `/instances/${id}/warnings`, post(warning, statusPolicy), done));
    },
    status: (id) =>
      unlessMissing(request(id, `/instances/${id}`, { policy: statusPolicy }, jsonBy(instanceStatusSchema))),
    fleet: (id, asked) => request(id, `/instances/${id}/fleet`, post(asked, statusPolicy), jsonBy(fleetSchema)),
    logs: (id, from = '') =>
      unlessMissing(request(id, `/logs/${id}?from=${from}`, { policy: defaultPolicy }, jsonBy(heldLogSchema))),
    stop: async (id, { takenBack } = { takenBack: false }) => {
      const headers = takenBack ? { [takenBackHeader]: '1' } : {};
      await unlessMissing(request(id, `/instances/${id}`, { method: 'DELETE', headers, policy: stopPolicy }, done));
    },
    deleteData: async (id, name) => {
      try {
        await unlessMissing(request(id, `/data/${name}`, { method: 'DELETE', policy: defaultPolicy }, done));
        return true;
      } catch (error) {
        if (error instanceof BuilderError && error.code === 'data-in-use') return false;
        throw error;
      }
    },
  };
}

function callRequests(request: Request): Pick<Builder, 'call' | 'callStreaming' | 'operate' | 'runBatch' | 'runRows'> {
  return {
    callStreaming: async (id, body, options = {}) => {
      const init = callInit(body, options);
      if (options.mark) init.headers[standbyHeader] = standbyText(options.mark);
      init.headers.accept = callStreamType;
      const { timeoutMs } = callPolicy(options);
      const policy = { ...defaultPolicy, timeoutMs: timeoutMs + builderLimits.streamMs };
      return beginningWithin(timeoutMs, (signal) =>
        request(id, `/instances/${id}/invoke`, { ...init, signal, policy }, answerOrLines),
      );
    },
    call: (id, body, options = {}) => {
      const init = callInit(body, options);
      if (options.mark) init.headers[standbyHeader] = standbyText(options.mark);
      return request(id, `/instances/${id}/invoke`, { ...init, policy: callPolicy(options) }, async (response) =>
        readCallAnswer(await response.text()),
      );
    },
    operate: (id, body, options = {}) => {
      const init = callInit(body, options);
      return request(id, `/instances/${id}/invoke`, { ...init, policy: callPolicy(options) }, async (response) =>
        readOperationAnswer(await response.text()),
      );
    },
    runBatch: (id, call, options = {}) => {
      const init = callInit(writeJson(call), options);
      return request(id, `/instances/${id}/batch`, { ...init, policy: batchPolicy(options) }, async (response) =>
        readBatchOutcome(await response.text()),
      );
    },
    runRows: (id, body, { signal, timeoutMs }) => {
      const policy = { timeoutMs, reconnectMs: 0 };
      return request(id, `/instances/${id}/rows`, { method: 'POST', body, policy, signal }, requireBody);
    },
  };
}

type HostOf = (text: string) => string;

function buildRequests(
  request: Request,
  hostOf: HostOf,
): Pick<Builder, 'fetchSource' | 'buildHost' | 'build' | 'analyze'> {
  return {
    fetchSource: (source) => request(hostOf(source.repository), '/sources', post(source, fetchPolicy), fetchedSource),
    buildHost: hostOf,
    build: (spec) =>
      events(buildEventSchema, () => request(hostOf(spec.archive), '/builds', post(spec, buildPolicy), requireBody)),
    analyze: (spec) =>
      request(hostOf(spec.archive), '/analyses', post(spec, buildPolicy), jsonBy(programAnalysisSchema)),
  };
}

function environmentRequests(
  request: Request,
  hostOf: HostOf,
): Pick<
  Builder,
  'lock' | 'environmentTarget' | 'isOnRay' | 'environmentRoom' | 'environmentHost' | 'install' | 'putPackage'
> {
  return {
    lock: (spec) => {
      const host = hostOf(JSON.stringify(spec.requirements.map(({ text }) => text)));
      return events(lockEventSchema, () => request(host, '/locks', post(spec, environmentPolicy), requireBody));
    },
    environmentTarget: (id, permissions) => {
      const init = { method: 'POST', headers: networkHeaders(permissions), policy: startPolicy };
      return request(id, `/instances/${id}/target`, init, jsonBy(environmentTargetSchema));
    },
    isOnRay: async () => false,
    environmentRoom: async () => null,
    environmentHost: hostOf,
    putPackage: async (id, key, content) => {
      await request(id, `/packages/${key}`, { ...post(content, environmentPolicy), method: 'PUT' }, done);
    },
    install: (spec) => {
      const host = hostOf(spec.lock.digest);
      return events(environmentEventSchema, () =>
        request(host, '/environments', post(spec, environmentPolicy), requireBody),
      );
    },
  };
}

function post(value: unknown, policy: RetryPolicy) {
  return { method: 'POST', body: JSON.stringify(value), headers: json, policy };
}

/**
 * Each call has an ID, the same for all its attempts. If a client leaves, the runtime closes the connection to the builder, which
 * cancels the call.
 */
function callInit(body: string, { isLater = false, requestId, signal, timeLeftMs, trace }: CallOptions) {
  const headers: Record<string, string> = { ...json, [callHeader]: crypto.randomUUID() };
  if (requestId !== undefined) headers[requestHeader] = requestId;
  if (isLater) headers[laterHeader] = '1';
  if (trace) headers[traceHeader] = formatTraceparent(trace);
  if (timeLeftMs !== undefined) headers[timeoutHeader] = String(Math.ceil(timeLeftMs));
  return { method: 'POST', body, headers, ...(signal ? { signal } : {}) };
}

async function fetchedSource(response: Response): Promise<FetchedSource | SourceRefusal> {
  const source = response.headers.get(sourceHeader);
  if (source === null) return sourceRefusalSchema.parse(await response.json());
  return { source: sourceSchema.parse(JSON.parse(source)), archive: await requireBody(response) };
}
