// Collects what the kernel's tests of all routes, tables and due work need to know about each feature.
import type { DemandName } from '../../src/contract/demands.ts';
import type { Deps } from '../../src/deps.ts';
import type { WayToLower } from '../access/way-to-lower.ts';
import type { Row } from '../api/access/authorization-matrix.ts';
import type { Organization } from './scenes/organization.ts';

/** A world of the authorization matrix, in which the feature makes its own rows. */
export interface MadeWorld {
  org: Organization;
  /** The name of the world, with which names of plugins begin. */
  name: string;
}

/** An invocation that loops, with the limits that end its loop. */
export interface Bounded {
  what: string;
  /** The maximum numbers of D1 round trips and of other requests. */
  queries: number;
  others: number;
}

export interface FeatureRows {
  /** Rows of the authorization matrix, by operation. */
  authorization?: Record<string, Row>;
  /** Operations that need no key. */
  open?: readonly string[];
  /** Its routes that the API document omits. */
  undocumented?: readonly string[];
  /** Operations on what serves all organizations. */
  ofOperator?: readonly string[];
  /** IDs of the matrix that name nothing, by parameter. */
  missingIds?: Record<string, string>;
  /** Makes rows for the matrix, and returns their IDs by parameter. */
  ids?(world: MadeWorld): Promise<Record<string, string>>;
  /** Event types that each operation writes, without those that its messages write. */
  operationEvents?: Record<string, string[]>;
  /** Event types that its steps of the sweep write some days after all operations, by sweep: `sweep after 1 days`. */
  sweepEvents?: Record<string, string[]>;
  /** Prefixes of the events that explain a change of a table. */
  explanations?: Record<string, string[]>;
  /** Columns that change without an event, by table, and why. */
  bookkeeping?: Record<string, Record<string, string>>;
  /** Round trips of operations that need more than others, and why. */
  roundTrips?: Record<string, [trips: number, reason: string]>;
  /** Operations whose responses start before all their round trips are made. */
  streamed?: readonly string[];
  /** Tables whose rows are removed some time after the event of their deletion. */
  removedLater?: readonly string[];
  /** Tables without state of their own, and why. */
  recordsOnly?: Record<string, string>;
  /** Inputs that break a rule which no schema can express, as `POST /path body#/field`. */
  bySense?: readonly string[];
  /** Operations that refuse wrong messages with errors of their own protocol. */
  ownErrors?: readonly string[];
  /** Tables that do not grow with use. */
  boundedTables?: readonly string[];
  /** Accepted scans, by the start of their plan. */
  meantScans?: readonly { plan: string; sql: RegExp }[];
  /** Its routes whose POSTs accept no Idempotency-Key. */
  unkeyed?: readonly string[];
  /** Keys of stored objects, with the types in which they are served. */
  storedObjects?: readonly [key: string, type: string][];
  /** Types of messages that do only one thing, in a few D1 round trips and one request. */
  singleMessages?: readonly string[];
  /** Its invocations that loop. */
  bounded?: readonly Bounded[];
  /** Ways to lower its demands. */
  waysToLower?: readonly WayToLower[];
  /** The demands that fields of its requests make, by operation. Null for a field that demands nothing. */
  settings?: Record<string, Record<string, DemandName | null>>;
  /** Makes a row of each frequent kind, none of which is due. */
  prepare?(world: { org: Organization; deps: Deps }): Promise<void>;
  /** Copies those rows a thousand times, for the test of how many rows a sweep reads. */
  copyEnded?(): Promise<void>;
  /** Makes a thousand copies due, for the same test. */
  copyDue?(old: string): Promise<void>;
  /** Makes a thousand rows of each kind due. */
  makeDue?(world: { org: Organization; deps: Deps; old: string }): Promise<void>;
}

const files = import.meta.glob<{ rows: FeatureRows }>('../features/*/workerd/kernel-rows.ts', { eager: true });

export const featureRows: readonly FeatureRows[] = Object.values(files).map(({ rows }) => rows);

/** Merges the objects of all features. */
export function mergedRows<Value>(of: (rows: FeatureRows) => Record<string, Value> | undefined): Record<string, Value> {
  return Object.assign({}, ...featureRows.map(of));
}
