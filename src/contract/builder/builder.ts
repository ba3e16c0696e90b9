// Defines what the Worker asks of a builder, as its client offers it (deploy/builder/client.ts).
import type { Placement } from '../plugin/placement.ts';
import type { ProgramAnalyzer } from './analyses.ts';
import type { CallAnswer, CallLines, OperationAnswer } from './answers.ts';
import type { BatchCall, BatchOutcome } from './batch.ts';
import type { BuildEvent, BuildSpec } from './builds.ts';
import type { Capabilities } from './capabilities.ts';
import type { EnvironmentEvent, EnvironmentSpec, LockEvent, LockRequest } from './environments.ts';
import type { Fleet, FleetRequest } from './fleets.ts';
import type { Health } from './health.ts';
import type { InstanceEvent, InstanceSpec, InstanceStatus, InstanceWarning } from './instances.ts';
import type { HeldLog, LogSource } from './log-chunk.ts';
import type { EnvironmentTarget, PackageContent } from './packages.ts';
import type { RowsRunner } from './run-rows.ts';
import type { CallOptions } from './serving.ts';
import type { FetchedSource, SourceRefusal, SourceRequest } from './sources.ts';

/** The Worker's client of the builder. One implementation calls a URL, the other containers. Methods reject with a BuilderError. */
export interface Builder extends LogSource, ProgramAnalyzer, RowsRunner {
  /** Whether its logs have to be collected. Containers store their own. */
  readonly isCollected: boolean;
  /** Whether instances have containers, which small ones share. Otherwise all of them run beside each other on one machine. */
  readonly hasContainers: boolean;
  /** Stores a blob on the builder that serves `id`: an instance ID, or the result of `buildHost`. */
  putBlob(id: string, sha256: string, body: ReadableStream<Uint8Array>, sizeBytes: number): Promise<void>;
  /** Reads a blob. Returns undefined if that builder doesn't have it. */
  getBlob(id: string, sha256: string): Promise<ReadableStream<Uint8Array> | undefined>;
  /**
   * Starts an instance and yields its events; the last is `ready` or `failed`. Idempotent by ID: a second call joins the start in
   * progress, or yields `ready` if the instance is running.
   */
  start(id: string, spec: InstanceSpec): AsyncIterable<InstanceEvent>;
  /** Calls a Python instance. `body` is the JSON of a Call, forwarded unchanged. */
  call(id: string, body: string, options?: CallOptions): Promise<CallAnswer>;
  /** Like `call`, but the values of a handler that yields them come one by one. */
  callStreaming(id: string, body: string, options?: CallOptions): Promise<CallAnswer | { lines: CallLines }>;
  /** Calls an executable. `body` is the JSON of an Operation, forwarded unchanged. */
  operate(id: string, body: string, options?: CallOptions): Promise<OperationAnswer>;
  /** Runs rows through an instance whose entry is the pipeline, and stops it. */
  runBatch(id: string, call: BatchCall, options?: CallOptions): Promise<BatchOutcome>;
  /** Lets the instance sleep after `standbyIdleMs`, until a newer mark says otherwise. Does nothing if it doesn't exist. */
  standBy(id: string, ticket: number): Promise<void>;
  /** Ends the instance's connections, and refuses further ones. Does nothing if it doesn't exist. */
  cutOff(id: string): Promise<void>;
  /** Keeps what functions of the instance have compiled, once for its version. Call it before anything but its own examples can run. */
  keepMachineCode(id: string): Promise<void>;
  /** Adds a warning to the instance's log, at most one a minute. Does nothing if it doesn't exist. */
  warn(id: string, warning: InstanceWarning): Promise<void>;
  /** Returns undefined if the instance doesn't exist. */
  status(id: string): Promise<InstanceStatus | undefined>;
  /** Reports the instances of a deployment, and how many there should be. Starts none, and stops those that are not needed any more. */
  fleet(deploymentId: string, request: FleetRequest): Promise<Fleet>;
  /** Returns the log that the builder has of an instance, from the chunk of that name on. Undefined if it has none. */
  logs(id: string, from?: string): Promise<HeldLog | undefined>;
  /**
   * Lets calls in progress finish, then stops the instance. Does nothing if it doesn't exist. `takenBack`: its deployment is over, and
   * from now on calls and starts of it are answered `stopped`. Rejects with `instance-busy` if streams are left, which may take minutes: the
   * instance ends after them.
   */
  stop(id: string, options?: { takenBack: boolean }): Promise<void>;
  /** Stops the instance where it was placed before, when its calls go to another place already. */
  stopAt(placement: Placement, id: string): Promise<void>;
  /** Reports how the builder is. Null: there is a container for each instance, and asking would start one. */
  health(): Promise<Health | null>;
  /** Reports what the builders that fetch and build can do. */
  capabilities(): Promise<Capabilities>;
  fetchSource(request: SourceRequest): Promise<FetchedSource | SourceRefusal>;
  /** Returns the ID, for `putBlob` and `getBlob`, of the builder that builds this archive. */
  buildHost(archive: string): string;
  /** Builds a source and yields its events; the last is `built` or `failed`. Joins the same build if it is in progress. */
  build(spec: BuildSpec): AsyncIterable<BuildEvent>;
  /**
   * Resolves requirements to a lock and yields events; the last is `locked` or `failed`. Joins the same resolution if it is in
   * progress.
   */
  lock(request: LockRequest): AsyncIterable<LockEvent>;
  /**
   * Returns what the environment of an instance has to suit: the Python and the platform of the builder that serves it. That is where the
   * instance starts, which may have to have a way out for these permissions from its beginning.
   */
  environmentTarget(id: string, permissions: InstanceSpec['permissions']): Promise<EnvironmentTarget>;
  /** Returns the bytes that the packages of an instance may have, if its placement decides that. */
  environmentRoom(id: string): Promise<number | null>;
  /** Returns the ID, for `getBlob`, of the builder that installs this lock. */
  environmentHost(lock: string): string;
  /** Installs a lock and yields events; the last is `installed` or `failed`. Joins the same installation if it is in progress. */
  install(spec: EnvironmentSpec): AsyncIterable<EnvironmentEvent>;
  /** Unpacks a package from its parts, which were sent with `putBlob`, on the builder that serves `id`. */
  putPackage(id: string, key: string, content: PackageContent): Promise<void>;
  /** Deletes a data folder. Returns false if an instance is using it. */
  deleteData(id: string, name: string): Promise<boolean>;
}
