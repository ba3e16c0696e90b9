// The Worker's client for the builder's HTTP contract. A builder is behind a URL, or in the container of the Durable Object named by
// the instance's ID. Fetches and builds go to a few separate containers. The caller decides what an error means for a deployment.
import type { Builder } from '../contract/builder/builder.ts';
import { instanceDeploymentId } from '../contract/builder/fleets.ts';
import { type InstanceSpec, networkHeader, sharedHeader } from '../contract/builder/instances.ts';
import { type Health, healthSchema } from '../contract/builder/machine/health.ts';
import type { BuilderReport } from '../contract/builder/machine/reports.ts';
import { readiness } from '../contract/limits/traffic.ts';
import { parseHostPattern } from '../contract/plugin/permissions.ts';
import {
  type ContainerSize,
  environmentBytesMax,
  type Jurisdiction,
  type LocationHint,
  type Placement,
  type SharedPlace,
} from '../contract/plugin/placement.ts';
import { formatTraceparent, type TraceContext, traceHeader } from '../core/trace-context.ts';
import { buildHostPrefix, buildRequests, environmentRequests, hostFor } from './build-requests.ts';
import { blobRequests, callRequests, instanceRequests } from './instance-requests.ts';
import { logSource } from './log-source.ts';
import {
  defaultPolicy,
  done,
  json,
  jsonBy,
  onceWithin,
  post,
  requestBy,
  type Send,
  statusPolicy,
  unlessMissing,
} from './requests.ts';
import { StartFailed } from './start-failures.ts';

/** An ID that no instance has. */
const noInstance = 'no-instance';

/**
 * Asks the builder at this URL once, both for its health and as callers do (decision 149): a call of no instance, which it refuses at
 * once. No plugin is involved, so a slow one can't make its builder late.
 */
export async function askHealth(at: BuilderUrl): Promise<Health> {
  const request = requestBy(sendByUrl(at));
  const policy = onceWithin(readiness.partMs);
  const call = { method: 'POST', body: '{}', headers: json, policy };
  const [health] = await Promise.all([
    request('', '/health', { policy }, jsonBy(healthSchema)),
    unlessMissing(request(noInstance, `/instances/${noInstance}/invoke`, call, done)),
  ]);
  return health;
}

type ListedBuilder = Pick<BuilderReport, 'name' | 'url' | 'source' | 'mode'>;

/** Reports what the builder answers, or why it doesn't. Never rejects. */
export async function reportBuilder(listed: ListedBuilder, ask: () => Promise<Health>): Promise<BuilderReport> {
  const startedAt = Date.now();
  const tookMs = () => Date.now() - startedAt;
  try {
    const health = await ask();
    return { ...listed, condition: health.status, health, tookMs: tookMs() };
  } catch (cause) {
    const condition = tookMs() < readiness.partMs ? 'failed' : 'late';
    return { ...listed, condition, health: null, cause, tookMs: tookMs() };
  }
}

/** Sends a request on the network. */
export type SendOut = (url: string, init: RequestInit) => Promise<Response>;

export interface BuilderUrl {
  url: string;
  token: string;
  sendOut?: SendOut;
}

/** Doesn't follow redirects: the token and a request's body would be lost. */
export function sendByUrl({ url, token, sendOut = fetch }: BuilderUrl): Send {
  return (_, path, { headers, ...init }) =>
    sendOut(`${url}${path}`, {
      ...init,
      redirect: 'manual',
      headers: { ...headers, authorization: `Bearer ${token}` },
    });
}

/** Adds the trace to each request, unless it names its own span. */
export function inTrace(send: Send, trace: TraceContext | null): Send {
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
    logSources: async () => [],
    // A tag doesn't say which container runs the call, and asking one would start it.
    cancelCall: async () => {},
    // A container's files end with it.
    deleteData: async () => true,
    hasContainers: true,
    reports: async () => null,
    stopAt: (placement, id) =>
      instanceRequests(requestBy((one, path, init) => sendTo(placement, one, path, init))).stop(id),
    environmentRoom: async (id) => environmentBytesMax(inContainer(id, await placementOf(id)).size),
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

/** The platform only carries HTTP and HTTPS out of a container. */
function requireWebOnly({ plugin, permissions = {} }: InstanceSpec): void {
  const { network = [], forward = {} } = permissions;
  const ports = network.filter((host) => ![undefined, 80, 443].includes(parseHostPattern(host)?.port));
  const raw = [...ports, ...Object.values(forward)];
  if (raw.length === 0) return;
  const message = `${plugin.name} asks for ${raw.join(', ')}. Containers carry only HTTP and HTTPS, on ports 80 and 443: run a builder of your own (BUILDER_MODE=url).`;
  throw new StartFailed({ code: 'needs-own-builder', message });
}

/** Returns a client that sends its requests with this function. */
export function builderBy(send: Send, buildHosts: number): Builder {
  const request = requestBy(send);
  const hostOf = (text: string) => hostFor(text, buildHosts);
  return {
    ...blobRequests(request),
    ...instanceRequests(request),
    ...callRequests(request),
    ...buildRequests(request, hostOf),
    ...environmentRequests(request, hostOf),
    hasContainers: false,
    stopAt: async () => {},
    logSources: async () => [
      logSource((path, init) => request('', path, { ...init, policy: defaultPolicy }, async (response) => response)),
    ],
    reports: async () => null,
    moving: () => undefined,
    relist: () => {},
    cancelCall: async (tag) => {
      await unlessMissing(request('', `/calls/${tag}`, { method: 'DELETE', policy: statusPolicy }, done));
    },
    stopAll: async (_, idleMs) => {
      await request('', '/instances/stop-all', post({ idle_ms: idleMs }, statusPolicy), done);
    },
    capabilities: async () =>
      (await request(hostOf(''), '/health', { policy: defaultPolicy }, jsonBy(healthSchema))).capabilities,
  };
}
