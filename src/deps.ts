// Everything impure that a domain function may touch. Types only: worker.ts makes the real ones, tests may swap clock and ids.
import type { Builder } from './contract/builder.ts';
import type { Message } from './contract/messages.ts';
import type { QueueName } from './contract/states.ts';
import type { VectorStore } from './contract/vector-store.ts';
import type { Clock } from './core/clock.ts';
import type { EventId, IdSource, OrganizationId } from './core/ids.ts';
import type { Log } from './core/log.ts';
import type { RequestDatabase } from './db/client.ts';
import type { Parsers } from './scan/parsers.ts';

export interface Deps extends RequestDatabase {
  /** R2: archives, indexes, temporary uploads. */
  blobs: R2Bucket;
  /** Those of the outbox, and one whose rows say by themselves what is due. */
  queues: Record<QueueName | 'artifacts', MessageSender>;
  builder: Builder;
  /** Files that browsers are given: the API reference. */
  assets(request: Request): Promise<Response>;
  /** What keeps the vectors of namespaces. */
  vectors: VectorStore;
  parsers: HostedParsers;
  /** By which scans are kept: what was scanned by another one is scanned anew. */
  policyVersion: string;
  clock: Clock;
  ids: IdSource;
  /** The newest event that was made since it was asked last: then webhooks may have something to tell. */
  takeNewEventId(): EventId | undefined;
  log: Log;
  /** Work that may outlive the answer. Never the only path of a state change: a sweep covers its loss. */
  defer(work: Promise<unknown>): void;
  storage: StorageSettings;
  /** How long a confirm works inline before the queue takes over. */
  confirmInlineMs: number;
  adminToken: string;
  /** Whose actor it is that sends no key, on the surfaces that allow it; null: nobody's. */
  anonymousOrganization: OrganizationId | null;
  /** Counts requests by key, without D1; null: nobody is limited. */
  rateLimiter: RateLimiter | null;
  /** Calls what users named by URL. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Users may name http://127.0.0.1:PORT, as local runs need. */
  allowLoopback: boolean;
  /** Encrypts what the database may not read: the secrets of webhooks, and answers kept for Idempotency-Keys. */
  webhookKey: string;
}

export interface HostedParsers extends Parsers {
  /** The WASM heap as it stands: it grows with the largest tree so far. */
  heapBytes(): number;
}

/** The platform's own: counters of this location, kept beside the isolates. */
export interface RateLimiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

export interface MessageSender {
  send(body: Message, options?: { delaySeconds?: number }): Promise<unknown>;
}

/** The S3 API in front of the bucket: R2's own, or the Worker's `/_s3` route. */
export interface StorageSettings {
  /** The Worker's route stands in for the store. */
  local: boolean;
  endpoint: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}
