// Declares every side effect that a domain function can use. Types only: worker-deps.ts builds them, and tests replace some, such as the
// clock.
import type { Builder } from './contract/builder/builder.ts';
import type { Retention } from './contract/limits/retention.ts';
import type { Message } from './contract/messages.ts';
import type { BuildOutput } from './contract/plugin/go-plugins.ts';
import type { Jurisdiction, LocationHint, Placement } from './contract/plugin/placement.ts';
import type { QueueName } from './contract/states.ts';
import type { VectorStore } from './contract/vector-store.ts';
import type { Clock } from './core/clock.ts';
import type { ExternalUrlRules } from './core/external-url.ts';
import type { DeploymentId, EventId, IdSource, OrganizationId } from './core/ids.ts';
import type { Log } from './core/log.ts';
import type { Span } from './core/spans.ts';
import type { TraceContext } from './core/trace-context.ts';
import type { RequestDatabase } from './db/client.ts';
import type { Parsers } from './scan/parsers.ts';

export interface KnownPlace {
  placement: Placement;
  version: { built: BuildOutput | null };
}

export interface Deps extends RequestDatabase, ExternalUrlRules {
  /** R2: archives, indexes, findings, artifacts and temporary uploads. */
  blobs: R2Bucket;
  /** The queues of the outbox, and `artifacts`, whose work is found from the rows if a message is lost. */
  queues: Record<QueueName | 'artifacts', MessageSender>;
  builder: Builder;
  /** Says where an instance runs, and the code, as the rows of its route do, so that they are not read again to find it. */
  placed(id: DeploymentId, place: KnownPlace): void;
  /** Serves static files for browsers, such as the API reference. */
  assets(request: Request): Promise<Response>;
  /** Stores the vectors of namespaces. */
  vectors: VectorStore;
  parsers: HostedParsers;
  /** Scans are stored by policy version; a version scanned by an older policy is scanned again. */
  policyVersion: string;
  clock: Clock;
  ids: IdSource;
  /** Returns the newest event ID since the last call, if any: then there may be events to deliver to webhooks. */
  takeNewEventId(): EventId | undefined;
  log: Log;
  /** The operator's collector. Null: there is none. */
  tracing: Tracing | null;
  /** The span that this work is part of. Null: of none. */
  trace: TraceContext | null;
  /** Returns the memory of the runtime in bytes. Null: nobody says it, as on Cloudflare, where isolates are limited. */
  runtimeMemory(): Promise<number | null>;
  /** The platform's dataset of calls. Null: there is none. */
  callDataset: CallDataset | null;
  /** How few of the requests that succeed fast have a line in the log: one in so many. */
  logEvery: number;
  /** Runs work that may continue after the response. A state change never relies on it alone: a sweep repeats lost work. */
  defer(work: Promise<unknown>): void;
  storage: StorageSettings;
  /** Where clients elsewhere reach a Slipway on a machine of one's own. Null: there are none, or the platform's address is the only one. */
  publicUrl: string | null;
  /** The region of the request's sender, for instances that it starts. Null: unknown, as in queues and sweeps. */
  locationHint: LocationHint | null;
  /** Jurisdiction of the installation, and so of each organization. */
  jurisdiction: Jurisdiction | null;
  /** How long a confirm request works before it leaves the rest to the queue. */
  confirmInlineMs: number;
  /** How long a request waits for an install, an update or a rollback at most. */
  installWaitMs: number;
  adminToken: string;
  /** Another token that may read metrics, and nothing else. Null: only the admin token may. */
  metricsToken: string | null;
  /** The organization that requests without a key act in, where they are allowed. Null: they are rejected. */
  anonymousOrganization: OrganizationId | null;
  /** The organization of a local run, which grants its plugins what they ask for. Null: administrators grant. */
  grantingOrganization: OrganizationId | null;
  /** Host names by which requests without an API key are answered. Null: all that the platform routes here. */
  hosts: ReadonlySet<string> | null;
  /** Limits requests by key or address, without D1. Null: requests are not limited. */
  rateLimiter: RateLimiter | null;
  /** Sends a request to a URL that a user gave. Rejects with a TargetNotAllowed if it leads to an address that is not public. */
  fetch(url: string, init: OutsideRequest): Promise<Response>;
  /** How long things are kept after they ended, or after they were written. */
  retention: Retention;
  /** Encrypts values that must not be readable in the database: secrets of plugins and webhooks, and responses stored for Idempotency-Keys. */
  dataKey: string;
}

export interface Tracing {
  /** Records a span of a trace, which is sent later. */
  record(span: Span): void;
  /** Whether a request that brings no trace begins one. */
  begins(): boolean;
  /** Returns the builder, which gets the trace with each request. */
  builderIn(trace: TraceContext): Builder;
}

/** A dataset of Workers Analytics Engine. A write returns before anything is sent. */
export interface CallDataset {
  writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void;
}

/** Where Slipway itself connects, a builder sends it (`contract/builder/egress.ts`), which follows no redirects. */
export interface OutsideRequest {
  /** Organization for which it is sent. Undefined: the installation. */
  organization: OrganizationId | undefined;
  method: 'GET' | 'POST' | 'PUT';
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  redirect: 'manual';
  signal: AbortSignal;
  /** How long the answer may take, if longer than that of a webhook. Such a request is sent once, also if its connection breaks. */
  timeoutMs?: number;
}

export interface HostedParsers extends Parsers {
  /** Current size of the WASM heap, which grows with the largest tree so far and never shrinks. */
  heapBytes(): number;
}

/** The platform's rate limiter. It counts per location, outside of the isolates. */
export interface RateLimiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

export interface MessageSender {
  send(body: Message, options?: { delaySeconds?: number }): Promise<unknown>;
  /** Sends all of them, up to a hundred, or none. */
  sendBatch(messages: { body: Message }[]): Promise<unknown>;
}

/** Settings of the bucket's S3 API: R2's own, or the Worker's `/_s3` route. */
export interface StorageSettings {
  /** The Worker's route replaces R2's S3 API. */
  local: boolean;
  endpoint: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}
