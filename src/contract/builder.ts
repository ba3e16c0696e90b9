// Worker ↔ builder: the only definition. builder/schemas/*.json are generated from it; both sides parse with it.
import { z } from 'zod';
import { type BuildEvent, type BuildSpec, buildEventSchema, buildSchema, buildSpecSchema } from './builds.ts';
import { sha256Text } from './digests.ts';
import { jsonObject, jsonValue } from './json.ts';
import { logLineSchema } from './log-line.ts';
import {
  type Source,
  type SourceRefusal,
  type SourceRequest,
  sourceRefusalSchema,
  sourceRequestSchema,
  sourceSchema,
} from './sources.ts';

/** Sent as `slipway-contract` with every call; another number is answered with 426. The shared secret goes along as `authorization: Bearer …`. */
export const contractVersion = '2';
export const contractHeader = 'slipway-contract';

/** Sent with PUT /instances/{id} when the spec grants the network: what starts a container for it has to know before it reads that. */
export const networkHeader = 'slipway-network';

export const limits = {
  /** From PUT /instances/{id} to its result. */
  startMs: 30_000,
  /** One realtime call, and each of a plugin's own examples. */
  callMs: 30_000,
  /** How long a call may go on after it was cancelled at its time limit; then its process is ended and started anew. */
  hangMs: 5_000,
  /** A realtime call's body, and its answer. */
  callBytes: 8 * 1024 * 1024,
  /** Calls that one instance holds at a time, running and waiting, and the bytes of their bodies; more get instance-busy. */
  callsInFlight: 512,
  callBytesInFlight: 64 * 1024 * 1024,
  /** An archive sent by PUT /blobs/{sha256}; a plugin's upload may have 500 MiB. */
  blobBytes: 512 * 1024 * 1024,
  /** Address space of one process that runs a plugin. */
  memoryBytes: 2 * 1024 * 1024 * 1024,
  /** Lines that an instance keeps of what it printed. */
  logLines: 1000,
  /** One line of a log; longer ones are cut. */
  logLineChars: 4096,
  /** How long a stopping instance may finish the calls it has. */
  stopGraceMs: 30_000,
  /** An instance without a call for so long is stopped; the next call starts it again. */
  idleMs: 15 * 60_000,
  /** How long a call waits for an instance that is starting, or restarting after a crash. */
  readyWaitMs: 10_000,
  /** How often an executable is asked whether it answers; one that hasn't by the next time is ended and started anew. */
  pingMs: 10_000,
  /** From POST /sources to its answer. */
  fetchMs: 120_000,
  /** What Git may bring of a repository, packed; and its tree unpacked, as a whole and by number. */
  fetchBytes: 64 * 1024 * 1024,
  sourceBytes: 128 * 1024 * 1024,
  sourceFiles: 1_000,
  /** One build, from its turn on: modules to download, and the compiler. */
  buildMs: 300_000,
  downloadMs: 120_000,
  compileMs: 120_000,
  /** Address space of each process of a build, its processor time, and each file that it writes, the artifact among them. */
  buildMemoryBytes: 8 * 1024 * 1024 * 1024,
  buildCpuSeconds: 240,
  artifactBytes: 256 * 1024 * 1024,
  /** What a build tells of why it failed; the rest is cut. */
  buildMessageChars: 64 * 1024,
  /** Builds at a time; others wait for their turn. Fetches too. */
  buildsAtOnce: 2,
  fetchesAtOnce: 4,
  /** How long the Worker waits for a builder that refuses connections, because it is being restarted. */
  reconnectMs: 10_000,
} as const;

/** An instance's name: the id of its deployment. */
export const instanceIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** The name of a folder that the instances of one plugin have in turn. */
export const dataNamePattern = instanceIdPattern;

const hostedPlugin = z.strictObject({ name: z.string(), version: z.string() });

export const pythonSpecSchema = z.strictObject({
  runtime: z.literal('python'),
  /** SHA-256 of the plugin's archive, a zip that was sent by PUT /blobs/{sha256}. */
  archive: sha256Text,
  plugin: hostedPlugin,
  /** As declared in the manifest. They are not installed; an import of one that fails is told so. */
  dependencies: z.array(z.string()),
});
export type PythonSpec = z.infer<typeof pythonSpecSchema>;

export const executableKinds = ['pipeline', 'storage'] as const;

export const executableSpecSchema = z.strictObject({
  runtime: z.literal('executable'),
  /** What its `Plugin` must be; anything else fails to start, and the error names the methods. */
  kind: z.enum(executableKinds),
  /** SHA-256 of the executable, sent by PUT /blobs/{sha256} unless this builder built it. */
  artifact: sha256Text,
  plugin: hostedPlugin,
  /** A folder that outlives the instance on this builder's disk, as its working directory and as SLIPWAY_DATA; null for none. */
  data: z.string().regex(dataNamePattern).nullable(),
  /** Whether it may use the network. */
  network: z.boolean(),
});
export type ExecutableSpec = z.infer<typeof executableSpecSchema>;

export const instanceSpecSchema = z.discriminatedUnion('runtime', [pythonSpecSchema, executableSpecSchema]);
export type InstanceSpec = z.infer<typeof instanceSpecSchema>;

/** The blob that an instance runs. */
export function codeDigest(spec: InstanceSpec): string {
  return spec.runtime === 'python' ? spec.archive : spec.artifact;
}

export const instanceStates = ['starting', 'ready', 'restarting', 'draining', 'stopped', 'failed'] as const;

export const instanceStatusSchema = z.object({
  id: z.string(),
  /** Of an executable `ready` also says that it answered the last ping. */
  state: z.enum(instanceStates),
  /** The archive or the executable. */
  code: sha256Text,
  started_at: z.string(),
  /** How often its process was started anew after a crash. */
  restarts: z.int().min(0),
  calls: z.int().min(0),
  calls_in_flight: z.int().min(0),
  last_call_at: z.string().nullable(),
});
export type InstanceStatus = z.infer<typeof instanceStatusSchema>;

export const startErrorCodes = [
  'archive-invalid',
  'artifact-invalid',
  'wrong-interface',
  'compile-failed',
  'import-failed',
  'dependency-not-installed',
  'handler-missing',
  'load-failed',
  'start-timeout',
  'process-died',
] as const;

export const startErrorSchema = z.object({
  code: z.enum(startErrorCodes),
  /** For people: what, where (file:line within the plugin) and why. */
  message: z.string(),
});
export type StartError = z.infer<typeof startErrorSchema>;

/** GET /instances/{id}/logs: the newest `limits.logLines` lines, oldest first. With `?after=` only what came after that `next`. */
export const logsSchema = z.object({
  state: z.enum(instanceStates),
  lines: z.array(logLineSchema),
  next: z.string().max(100),
});
export type Logs = z.infer<typeof logsSchema>;

/** One line of the NDJSON answer to PUT /instances/{id}. The last line is always a result. */
export const instanceEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), at: z.string(), step: z.enum(['unpack', 'compile', 'load', 'ready']) }),
  logLineSchema.extend({ type: z.literal('log') }),
  z.object({ type: z.literal('ready'), instance: instanceStatusSchema }),
  z.object({ type: z.literal('failed'), error: startErrorSchema }),
]);
export type InstanceEvent = z.infer<typeof instanceEventSchema>;

export const callSchema = z.object({
  inputs: jsonObject,
  parameters: jsonObject,
});
export type Call = z.infer<typeof callSchema>;

/** 200: the handler ran. A handler that raised is an answer, not a failure of the builder. */
export const callAnswerSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('success'), result: jsonValue, duration_ms: z.number() }),
  z.object({
    status: z.literal('error'),
    error: z.object({ type: z.string(), message: z.string() }),
    duration_ms: z.number(),
  }),
]);
export type CallAnswer = z.infer<typeof callAnswerSchema>;

/** What an executable is asked besides; `execute` is a pipeline plugin's, the others are a storage plugin's. */
export const operationMethods = {
  pipeline: ['execute'],
  storage: ['initialize', 'create_schema', 'store', 'retrieve', 'update', 'delete', 'metadata', 'health'],
} as const satisfies Record<(typeof executableKinds)[number], readonly string[]>;

/** The body of an invoke for an executable. `params` are those of builder/host-go/README.md. */
export const operationSchema = z.strictObject({
  method: z.string(),
  params: jsonObject.optional(),
});
export type Operation = z.infer<typeof operationSchema>;

/** 200: the plugin was asked. What it says of an error is an answer, not a failure of the builder. */
export const operationAnswerSchema = z.union([
  z.strictObject({ result: jsonValue }),
  z.strictObject({
    error: z.object({
      code: z.enum(['plugin_error', 'plugin_panic', 'bad_request', 'unknown_method']),
      message: z.string(),
      /** Of a panic, with the author's own paths. */
      stack: z.string().optional(),
    }),
  }),
]);
export type OperationAnswer = z.infer<typeof operationAnswerSchema>;

export const builderErrorCodes = [
  'unauthorized',
  'not-found',
  'instance-gone',
  'instance-conflict',
  'blob-missing',
  'blob-mismatch',
  'body-too-large',
  'invalid-request',
  'contract-mismatch',
  'instance-crashed',
  'instance-busy',
  'instance-restarting',
  'call-timeout',
  'capability-missing',
  'data-in-use',
  'internal',
] as const;
export type BuilderErrorCode = (typeof builderErrorCodes)[number];

/** The status of every refusal. 503 comes with Retry-After. */
export const builderErrorStatus = {
  unauthorized: 401,
  'not-found': 404,
  /** No such instance, or one that failed to start or is being stopped: look up the route again, or PUT it. */
  'instance-gone': 404,
  /** Another spec runs under this id. */
  'instance-conflict': 409,
  'blob-missing': 409,
  'blob-mismatch': 422,
  'body-too-large': 413,
  'invalid-request': 422,
  'contract-mismatch': 426,
  /** Its process ended during this call. */
  'instance-crashed': 502,
  'instance-busy': 503,
  'instance-restarting': 503,
  'call-timeout': 504,
  /** This machine lacks Git or Go; the message says how to get them. */
  'capability-missing': 503,
  /** An instance has the folder. */
  'data-in-use': 409,
  internal: 500,
} as const satisfies Record<BuilderErrorCode, number>;

export const builderErrorSchema = z.object({
  error: z.object({
    code: z.enum(builderErrorCodes),
    message: z.string(),
    /** With blob-missing: the digests to send. */
    missing: z.array(sha256Text).optional(),
  }),
});
export type BuilderErrorBody = z.infer<typeof builderErrorSchema>;

/** What a builder may lack, and why. */
export const capabilitiesSchema = z.object({
  /** POST /sources. */
  sources: z.discriminatedUnion('available', [
    z.object({ available: z.literal(true), git: z.string() }),
    z.object({ available: z.literal(false), reason: z.string() }),
  ]),
  /** POST /builds. */
  builds: z.discriminatedUnion('available', [
    z.object({ available: z.literal(true), toolchain: z.string(), target: z.string(), recipe: sha256Text }),
    z.object({ available: z.literal(false), reason: z.string() }),
  ]),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

export const healthSchema = z.object({
  status: z.literal('ok'),
  contract: z.literal(contractVersion),
  python: z.string(),
  instances: z.int().min(0),
  capabilities: capabilitiesSchema,
});
export type Health = z.infer<typeof healthSchema>;

/** By the names of their JSON Schemas (builder/schemas/) and of their fixtures. */
export const builderSchemas = {
  build: buildSchema,
  'build-event': buildEventSchema,
  'build-spec': buildSpecSchema,
  'builder-error': builderErrorSchema,
  call: callSchema,
  'call-answer': callAnswerSchema,
  health: healthSchema,
  'instance-event': instanceEventSchema,
  'instance-spec': instanceSpecSchema,
  'instance-status': instanceStatusSchema,
  logs: logsSchema,
  operation: operationSchema,
  'operation-answer': operationAnswerSchema,
  source: sourceSchema,
  'source-refusal': sourceRefusalSchema,
  'source-request': sourceRequestSchema,
} as const satisfies Record<string, z.ZodType>;

/** A refusal of the builder as the Worker's code meets it; `unreachable` when nothing answered. */
export class BuilderError extends Error {
  override readonly name = 'BuilderError';
  readonly code: BuilderErrorCode | 'unreachable';
  readonly missing: string[];
  constructor(code: BuilderErrorCode | 'unreachable', message: string, missing: string[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.missing = missing;
  }
}

/** A fetched source: what it is, and its archive, of which the caller reads or cancels every byte. */
export interface FetchedSource {
  source: Source;
  archive: ReadableStream<Uint8Array>;
}

/** The builder as the Worker sees it. Implementations: by URL (local process), and by containers. */
export interface Builder {
  /** For the instance of that id, or for the builds of `buildHost`: the builder may be another one than that of the next. */
  putBlob(id: string, sha256: string, body: ReadableStream<Uint8Array>, sizeBytes: number): Promise<void>;
  /** Undefined when that builder has no such blob. */
  getBlob(id: string, sha256: string): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Idempotent by id: a second call joins a start under way, or tells at once that it is ready. The last event is `ready` or `failed`. */
  start(id: string, spec: InstanceSpec): AsyncIterable<InstanceEvent>;
  /** Of a Python instance. `body` is the JSON of a Call, passed through as it came. */
  call(id: string, body: string): Promise<CallAnswer>;
  /** Of an executable. `body` is the JSON of an Operation, passed through as it came. */
  operate(id: string, body: string): Promise<OperationAnswer>;
  status(id: string): Promise<InstanceStatus | undefined>;
  /** What it printed, from where an earlier answer's `next` said. Undefined when there is no such instance. */
  logs(id: string, after?: string): Promise<Logs | undefined>;
  /** Drains and stops, 204; an instance that is gone is already stopped, 204 too. */
  stop(id: string): Promise<void>;
  /** What the builders that fetch and build are able to do. */
  capabilities(): Promise<Capabilities>;
  fetchSource(request: SourceRequest): Promise<FetchedSource | SourceRefusal>;
  /** The builder that builds this archive: an id for putBlob and getBlob. */
  buildHost(archive: string): string;
  /** The same build under way is joined. The last event is `built` or `failed`. */
  build(spec: BuildSpec): AsyncIterable<BuildEvent>;
  /** Deletes the data folder; false when an instance has it. */
  deleteData(id: string, name: string): Promise<boolean>;
}
