// Worker ↔ builder: the only definition. builder/schemas/*.json are generated from it; both sides parse with it.
import { z } from 'zod';
import { jsonObject, jsonValue } from './json.ts';

/** Sent as `slipway-contract` with every call; another number is answered with 426. The shared secret goes along as `authorization: Bearer …`. */
export const contractVersion = '1';
export const contractHeader = 'slipway-contract';

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
  /** Address space of one Python host process. */
  memoryBytes: 2 * 1024 * 1024 * 1024,
  /** Lines that an instance keeps of what it printed. */
  logLines: 1000,
  /** One line of a log; longer ones are cut. */
  logLineChars: 4096,
  /** How long a stopping instance may finish the calls it has. */
  drainMs: 30_000,
  /** An instance without a call for so long is stopped; the next call starts it again. */
  idleMs: 15 * 60_000,
  /** How long a call waits for an instance that is starting, or restarting after a crash. */
  readyWaitMs: 10_000,
  /** How long the Worker waits for a builder that refuses connections, because it is being restarted. */
  reconnectMs: 10_000,
} as const;

export const sha256Text = z.string().regex(/^[0-9a-f]{64}$/);

/** An instance's name: the id of its deployment. */
export const instanceIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

export const instanceSpecSchema = z.strictObject({
  runtime: z.literal('python'),
  /** SHA-256 of the plugin's archive, a zip that was sent by PUT /blobs/{sha256}. */
  archive: sha256Text,
  plugin: z.strictObject({ name: z.string(), version: z.string() }),
  /** As declared in the manifest. They are not installed; an import of one that fails is told so. */
  dependencies: z.array(z.string()),
});
export type InstanceSpec = z.infer<typeof instanceSpecSchema>;

export const instanceStates = ['starting', 'ready', 'restarting', 'draining', 'stopped', 'failed'] as const;

export const instanceStatusSchema = z.object({
  id: z.string(),
  state: z.enum(instanceStates),
  archive: sha256Text,
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

export const logLineSchema = z.object({
  at: z.string(),
  stream: z.enum(['stdout', 'stderr', 'host']),
  line: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** GET /instances/{id}/logs: the newest `limits.logLines` lines, oldest first. */
export const logsSchema = z.object({ lines: z.array(logLineSchema) });
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

export const healthSchema = z.object({
  status: z.literal('ok'),
  contract: z.literal(contractVersion),
  python: z.string(),
  instances: z.int().min(0),
});
export type Health = z.infer<typeof healthSchema>;

/** By the names of their JSON Schemas (builder/schemas/) and of their fixtures. */
export const builderSchemas = {
  'builder-error': builderErrorSchema,
  call: callSchema,
  'call-answer': callAnswerSchema,
  health: healthSchema,
  'instance-event': instanceEventSchema,
  'instance-spec': instanceSpecSchema,
  'instance-status': instanceStatusSchema,
  logs: logsSchema,
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

/** The builder as the Worker sees it. Implementations: by URL (local process), and by each instance's own container. */
export interface Builder {
  /** For the instance of that id: its builder may be another one than that of the next. */
  putBlob(id: string, sha256: string, body: ReadableStream<Uint8Array>, sizeBytes: number): Promise<void>;
  /** Idempotent by id: a second call joins a start under way, or tells at once that it is ready. The last event is `ready` or `failed`. */
  start(id: string, spec: InstanceSpec): AsyncIterable<InstanceEvent>;
  /** `body` is the JSON of a Call, passed through as it came. */
  call(id: string, body: string): Promise<CallAnswer>;
  status(id: string): Promise<InstanceStatus | undefined>;
  logs(id: string): Promise<LogLine[]>;
  /** Drains and stops, 204; an instance that is gone is already stopped, 204 too. */
  stop(id: string): Promise<void>;
}
