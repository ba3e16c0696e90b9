// Declares every side effect available to domain functions. Types only: worker-deps.ts builds them, and tests replace some, such as the
// clock.
import type { Prices } from './contract/budgets.ts';
import type { Builder } from './contract/builder/builder.ts';
import type { EnvironmentRef } from './contract/builder/environments.ts';
import type { BuildOutput } from './contract/builder/go-plugins.ts';
import type { Confinement, PythonSpec } from './contract/builder/instances.ts';
import type { LogLine } from './contract/builder/logs/line.ts';
import type { Health } from './contract/builder/machine/health.ts';
import type { Share, ShareRequest } from './contract/call-limits.ts';
import type { FeatureSettings } from './contract/features/settings.ts';
import type { Retention } from './contract/limits/retention.ts';
import type { Message } from './contract/messages.ts';
import type { Jurisdiction, LocationHint, Placement } from './contract/plugin/placement.ts';
import type { ReleaseDelta, ReleaseSetting, ReleaseStatus } from './contract/releases.ts';
import type { QueueName } from './contract/states.ts';
import type { Clock } from './core/clock.ts';
import type { ExternalUrlRules } from './core/external-url.ts';
import type {
  DeploymentId,
  EventId,
  IdSource,
  NamespaceId,
  OrganizationId,
  PluginRowId,
  ReleaseId,
  VersionId,
} from './core/ids.ts';
import type { Log } from './core/log.ts';
import type { Span } from './core/spans.ts';
import type { TraceContext } from './core/trace-context.ts';
import type { WorkMarks } from './core/work-marks.ts';
import type { RequestDatabase } from './db/client.ts';
import type { pluginVersions } from './db/schema/registry.ts';
import type { Points } from './points.ts';
import type { Parsers } from './scan/file/parsers.ts';

/** A version, with what its start needs. */
export type StartableVersion = Pick<
  typeof pluginVersions.$inferSelect,
  | 'id'
  | 'organizationId'
  | 'ownerId'
  | 'sha256'
  | 'kind'
  | 'pluginId'
  | 'name'
  | 'major'
  | 'minor'
  | 'patch'
  | 'manifest'
  | 'definition'
  | 'source'
  | 'built'
  | 'placement'
>;

export interface StartOptions {
  /** The dependencies' environment, if just prepared. If omitted, it is looked up. */
  environment?: EnvironmentRef | undefined;
  log?: (line: LogLine) => void;
  /** Starts an additional instance, which prints to the deployment's log. */
  number?: number;
  /** Starts an instance with another ID and entry point instead of the one that serves the deployment's calls. */
  separate?: { id: string; entry: NonNullable<PythonSpec['entry']> };
}

export interface KnownPlace {
  placement: Placement;
  version: { built: BuildOutput | null };
}

export interface Deps extends RequestDatabase, ExternalUrlRules {
  /** R2 bucket for archives, indexes, findings, artifacts and temporary uploads. */
  blobs: R2Bucket;
  /**
   * The outbox's queues, plus `artifacts`, for agents' artifacts and for advisories. If one of its messages is lost, the sweep finds the
   * work from the rows.
   */
  queues: Record<QueueName | 'artifacts', MessageSender>;
  builder: Builder;
  /** URLs of the settings' builders; empty with containers. */
  builderUrls: readonly string[];
  /** Asks the builder at a URL for its health. Null if each instance has its own container. */
  askBuilder: ((url: string) => Promise<Health>) | null;
  /** Records where an instance and its code run, so that its route's rows needn't be read again. */
  placed(id: DeploymentId | VersionId, place: KnownPlace): void;
  /** Starts an instance. A port, so that calls don't import all that a start may need, such as dependencies and their advisories. */
  startInstance(deps: Deps, id: DeploymentId, version: StartableVersion, options?: StartOptions): Promise<Confinement>;
  /** Serves static files for browsers, such as the API reference. */
  assets(request: Request): Promise<Response>;
  /** The account that stores the namespaces' vectors. Null: the database does. */
  vectorize: VectorizeAccount | null;
  /** Measures the active releases. */
  releases: ReleaseMeters;
  callLimits: CallLimitShares;
  waits: SharedWaits;
  parsers: HostedParsers;
  /** Scans are stored by policy version; a version scanned under an older policy is scanned again. */
  policyVersion: string;
  clock: Clock;
  ids: IdSource;
  /** Returns the newest event ID since the last call, if any. If there is one, features may have work to do. */
  takeNewEventId(): EventId | undefined;
  log: Log;
  marks: WorkMarks;
  /** The operator's collector; null for none. */
  tracing: Tracing | null;
  /** The span this work belongs to; null for none. */
  trace: TraceContext | null;
  /** Returns the runtime's memory in bytes; null where nothing reports it, such as on Cloudflare, which limits isolates itself. */
  runtimeMemory(): Promise<number | null>;
  /** The platform's dataset for calls; null for none. */
  callDataset: CallDataset | null;
  /** Logs one in this many fast, successful requests. */
  logEvery: number;
  /** Runs work that may continue after the response. No state change relies on it alone: a sweep repeats lost work. */
  defer(work: Promise<unknown>): void;
  storage: StorageSettings;
  /** Public URL of a self-hosted Slipway; null if it has no outside clients or the platform's address is the only one. */
  publicUrl: string | null;
  /** The region the request comes from, for instances it starts; null if unknown, as in queues and sweeps. */
  locationHint: LocationHint | null;
  /** Jurisdiction of the installation, and therefore of every organization. */
  jurisdiction: Jurisdiction | null;
  /** How long a confirm request works before it hands the rest to the queue. */
  confirmInlineMs: number;
  /** Longest time a request waits for an install, an update or a rollback. */
  installWaitMs: number;
  adminToken: string;
  /** An additional token that can only read metrics. Null: only the admin token can. */
  metricsToken: string | null;
  /** The operator's prices; null if none are set. */
  prices: Prices | null;
  /** The organization for requests without a key, where they are allowed. Null: such requests are rejected. */
  anonymousOrganization: OrganizationId | null;
  /** The organization of a local run, which grants its plugins whatever they ask for. Null: administrators grant. */
  grantingOrganization: OrganizationId | null;
  /** Host names on which requests without an API key are answered. Null: every host name that the platform routes here. */
  hosts: ReadonlySet<string> | null;
  /** Rate-limits requests by key or address, without D1. Null: no rate limit. */
  rateLimiter: RateLimiter | null;
  /** Sends a request to a user-supplied URL. Rejects with a TargetNotAllowed if it resolves to a non-public address. */
  fetch(url: string, init: OutsideRequest): Promise<Response>;
  /** How long records are kept after they end or are written. */
  retention: Retention;
  /** Settings that features declare. */
  settings: FeatureSettings;
  /** Attachments to the kernel's points, feature by feature. */
  features: readonly Points<Deps>[];
  /**
   * Encrypts values that must not be readable in the database: plugin and webhook secrets, and responses stored for Idempotency-Keys.
   */
  dataKey: string;
}

/** An account at Cloudflare Vectorize. */
export interface VectorizeAccount {
  /** The API's URL, up to but not including `/accounts`. */
  url: string;
  accountId: string;
  token: string;
}

/** A release, and the name whose calls it shares. A name has one active release. */
export interface ReleaseOfName {
  id: ReleaseId;
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
}

/** One object per released name, which measures the calls of its active release and decides about it. */
export interface ReleaseMeters {
  /** Adds what an isolate has counted. Returns what the isolate follows from now on. */
  report(release: ReleaseOfName, delta: ReleaseDelta): Promise<ReleaseSetting>;
  /** Makes the object look at the release's row again, after a change. */
  follow(release: ReleaseOfName): Promise<void>;
  /** Null if nothing was measured, or the object doesn't respond. */
  status(release: ReleaseOfName): Promise<ReleaseStatus | null>;
}

/** A request of an organization that waits for the outcome of a change. */
export interface Wait {
  organizationId: OrganizationId;
  forMs: number;
}

/** An isolate's waits. An organization's look at a limited rate together. */
export interface SharedWaits {
  /** Returns what `look` finds, or undefined if it found nothing in the time. Looks at once, and when the time is over. */
  until<Found>(wait: Wait, look: () => Promise<Found | undefined>): Promise<Found | undefined>;
}

/** This isolate's share of a limit. */
export interface HeldLimit {
  /** Minutes since 1970 to which `begin` belongs. */
  minute: number;
  /** Calls that may still begin in it. */
  begin: number;
  /** True if the minute has none left for any isolate. */
  isUsedUp: boolean;
  /** Calls in progress that this isolate may have. */
  holds: number;
  /** Admitted calls, each with a time until which it is known to run. A call whose request was ended by the runtime isn't renewed. */
  calls: Map<symbol, number>;
  /** Calls that wait for the object's answer. */
  waiting: number;
  /** Requests to the object that have begun, and the latest one that was answered. */
  asked: number;
  answered: number;
  askedAt: number;
}

/** This isolate's shares of limits of calls. */
export interface CallLimitShares {
  /** The isolate's name, empty until the first request. */
  isolate: string;
  held: Map<string, HeldLimit>;
  /** Asks the limit's object. */
  share(subjectId: string, request: ShareRequest): Promise<Share>;
}

/** Objects that share limits of calls, named by the limited plugin, version or key. */
export interface LimitObjects {
  jurisdiction(jurisdiction: Jurisdiction): LimitObjects;
  getByName(subjectId: string): { share(request: ShareRequest): Promise<Share> };
}

/** Objects that measure active releases, named by namespace and plugin. */
export interface ReleaseObjects {
  jurisdiction(jurisdiction: Jurisdiction): ReleaseObjects;
  getByName(name: string): {
    report(id: ReleaseId, delta: ReleaseDelta): Promise<ReleaseSetting>;
    follow(id: ReleaseId): Promise<void>;
    status(id: ReleaseId): Promise<ReleaseStatus | null>;
  };
}

export interface Tracing {
  /** Records a trace span, to be sent later. */
  record(span: Span): void;
  /** Returns whether a request without a trace starts one. */
  begins(): boolean;
  /** Returns a builder that gets the trace with each request. */
  builderIn(trace: TraceContext): Builder;
}

/** A Workers Analytics Engine dataset. Writes return before anything is sent. */
export interface CallDataset {
  writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void;
}

/**
 * A request to an outside URL. With `EGRESS=builder`, the builder sends it (`contract/builder/egress.ts`). Redirects aren't followed.
 */
export interface OutsideRequest {
  /** Organization that sends the request; undefined for the installation itself. */
  organization: OrganizationId | undefined;
  /** Organization whose share of connections the installation's own request uses. */
  shareOf?: OrganizationId;
  method: 'GET' | 'POST' | 'PUT';
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  redirect: 'manual';
  signal: AbortSignal;
  /** Response time limit, if longer than a webhook's. Such a request is sent only once, even if its connection breaks. */
  timeoutMs?: number;
  /** Set if the server keeps idle connections open, so that the request may use one. */
  reusesConnection?: true;
}

export interface HostedParsers extends Parsers {
  /** Current WASM heap size; it grows with the largest tree so far and never shrinks. */
  heapBytes(): number;
}

/** The platform's rate limiter. It counts per location, outside the isolates. */
export interface RateLimiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

export interface MessageSender {
  send(body: Message, options?: { delaySeconds?: number }): Promise<unknown>;
  /** Sends all messages, up to a hundred, or none. */
  sendBatch(messages: { body: Message }[]): Promise<unknown>;
}

/** Settings of the bucket's S3 API: R2's own, or the Worker's `/_s3` route. */
export interface StorageSettings {
  /** True if the Worker's route replaces R2's S3 API. */
  local: boolean;
  /** For a request to a local run, it points to where the request came. */
  endpoint: string;
  /** The configured endpoint's port, on which a local run listens. Empty for the scheme's default. */
  port: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}
