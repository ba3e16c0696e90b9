// Defines the requests that the Worker makes to a builder, as offered by its client (builders/client.ts).
import type { Placement } from '../plugin/placement.ts';
import type { ProgramAnalyzer } from './analyses.ts';
import type { CallAnswer, CallLines, OperationAnswer } from './answers.ts';
import type { BatchCall, BatchOutcome } from './batch.ts';
import type { BuildEvent, BuildSpec } from './builds.ts';
import type { EnvironmentEvent, EnvironmentSpec, LockEvent, LockRequest } from './environments.ts';
import type { Fleet, FleetRequest } from './fleets.ts';
import type { InstanceEvent, InstanceSpec, InstanceStatus, InstanceWarning } from './instances.ts';
import type { HeldLog, LogSource } from './logs/chunk.ts';
import type { Capabilities } from './machine/capabilities.ts';
import type { AwakeSource, BuilderReport } from './machine/reports.ts';
import type { EnvironmentTarget, PackageContent } from './packages.ts';
import type { RowsRunner } from './rows/rows-call.ts';
import type { CallOptions } from './serving.ts';
import type { FetchedSource, SourceRefusal, SourceRequest } from './sources.ts';

/** An instance's move to another builder. */
export interface Move {
  /** Sends everything to the other builder. */
  builder: Builder;
  /** Sends the instance's calls to the other builder from now on, and stops it at the first one after its calls there. */
  moved(): void;
  /** Allows another attempt, after a while. */
  failed(): void;
}

/** The Worker's builder client. One implementation calls a URL, the other calls containers. Methods reject with a BuilderError. */
export interface Builder extends ProgramAnalyzer, RowsRunner {
  /** Returns the builders whose logs and times awake the Worker has to collect. Containers store their own. */
  logSources(): Promise<readonly (LogSource & AwakeSource)[]>;
  /** True if instances run in containers, which small ones share. Otherwise all instances run on one machine. */
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
  /** Like `call`, but a yielding handler's values arrive one by one. */
  callStreaming(id: string, body: string, options?: CallOptions): Promise<CallAnswer | { lines: CallLines }>;
  /** Calls an executable. `body` is the JSON of an Operation, forwarded unchanged. */
  operate(id: string, body: string, options?: CallOptions): Promise<OperationAnswer>;
  /** Cancels the call in progress that has the tag, wherever it runs. Does nothing if there is none. */
  cancelCall(tag: string): Promise<void>;
  /** Runs rows through an instance whose entry is the pipeline, then stops it. */
  runBatch(id: string, call: BatchCall, options?: CallOptions): Promise<BatchOutcome>;
  /** Lets the instance sleep after `standbyIdleMs`, unless a newer ticket overrides this one. Does nothing if it doesn't exist. */
  standBy(id: string, ticket: number): Promise<void>;
  /** Closes the instance's connections and refuses new ones. Does nothing if it doesn't exist. */
  cutOff(id: string): Promise<void>;
  /** Adds a warning to the instance's log, at most one a minute. Does nothing if it doesn't exist. */
  warn(id: string, warning: InstanceWarning): Promise<void>;
  /** Returns undefined if the instance doesn't exist. With `keepAwake`, it counts as used. */
  status(id: string, options?: { keepAwake: boolean }): Promise<InstanceStatus | undefined>;
  /** Reports a deployment's instances and how many are wanted. Starts none, and stops those no longer needed. */
  fleet(deploymentId: string, request: FleetRequest): Promise<Fleet>;
  /** Returns the builder's log of an instance, starting with the chunk named `from`. Undefined if the builder has none. */
  logs(id: string, from?: string): Promise<HeldLog | undefined>;
  /**
   * Lets calls in progress finish, then stops the instance. Does nothing if it doesn't exist. `takenBack` means that the deployment is
   * over; calls and starts then get `stopped`. Rejects with `instance-busy` if streams are left, which may take minutes; the instance
   * stops after them.
   */
  stop(id: string, options?: { takenBack: boolean }): Promise<void>;
  /** Stops the instance at its previous placement, after its calls have moved elsewhere. */
  stopAt(placement: Placement, id: string): Promise<void>;
  /**
   * Returns how to start the instance at another builder, because its own drains or stops, or because one that comes first was added or
   * came back. Calls go to its own builder until it has moved. Undefined if it stays.
   */
  moving(id: string): Move | undefined;
  /** Reads the list of builders again with the next request, since an operator changed it. */
  relist(): void;
  /** Stops the instances of the builder with this name that have had no call for `idleMs`. Rejects if some are still stopping. */
  stopAll(name: string, idleMs: number): Promise<void>;
  /**
   * Reports each builder, within `readiness.partMs`. Null if each instance has its own container, since a request would start one.
   * Never rejects.
   */
  reports(): Promise<BuilderReport[] | null>;
  /** Reports the capabilities of the builders that fetch and build. */
  capabilities(): Promise<Capabilities>;
  fetchSource(request: SourceRequest): Promise<FetchedSource | SourceRefusal>;
  /** Returns the ID, for `putBlob` and `getBlob`, of the builder that builds this archive. */
  buildHost(archive: string): string;
  /** Builds a source and yields its events; the last is `built` or `failed`. Joins an identical build in progress. */
  build(spec: BuildSpec): AsyncIterable<BuildEvent>;
  /**
   * Resolves requirements to a lock and yields events; the last is `locked` or `failed`. Joins an identical resolution in progress. Given
   * an instance's ID, its builder resolves them, since packages such as torch depend on its GPUs.
   */
  lock(request: LockRequest, id?: string): AsyncIterable<LockEvent>;
  /**
   * Returns the Python and platform that an instance's environment must match: those of the builder where it starts. With these
   * permissions, that builder may need network egress from the start.
   */
  environmentTarget(id: string, permissions: InstanceSpec['permissions']): Promise<EnvironmentTarget>;
  /** Returns whether the instance runs on a Ray cluster, which installs public packages itself. */
  isOnRay(id: string): Promise<boolean>;
  /** Returns the bytes available for an instance's packages, if its placement limits them. */
  environmentRoom(id: string): Promise<number | null>;
  /** Returns the ID, for `getBlob`, of the builder that installs this lock. */
  environmentHost(lock: string): string;
  /** Installs a lock and yields events; the last is `installed` or `failed`. Joins an identical installation in progress. */
  install(spec: EnvironmentSpec): AsyncIterable<EnvironmentEvent>;
  /** Unpacks a package from its parts, which were sent with `putBlob`, on the builder that serves `id`. */
  putPackage(id: string, key: string, content: PackageContent): Promise<void>;
  /** Deletes a plugin's data folder on every builder. Returns false if an instance is using it. */
  deleteData(pluginId: string): Promise<boolean>;
}
