// Defines the messages between the Worker and the builder under /instances: specs, events and errors. Other messages are in neighboring
// files, limits in ../limits. schemas.ts generates builder/schemas/*.json from these schemas, and both sides validate with them. The
// Worker programs against `Builder`.
import { z } from 'zod';
import type { JsonText } from '../../core/json/text.ts';
import { sha256Text } from '../digests.ts';
import { jsonObject, jsonValue } from '../json.ts';
import { gpuShareSchema } from '../plugin/gpu-share.ts';
import { modelRefSchema } from '../plugin/models.ts';
import { permissionsSchema } from '../plugin/permissions.ts';
import { entrySchema } from './batch.ts';
import { environmentRefSchema } from './environments.ts';
import { builderErrorSchema } from './errors.ts';
import { hostedFor, hostedPlugin } from './hosted-for.ts';
import { instanceStates, lastCrashSchema } from './instance-states.ts';
import { type IsolateSpec, isolateSpecSchema } from './isolates.ts';
import { logLineSchema } from './logs/line.ts';
import { heldGpusSchema } from './machine/gpus.ts';
import { servingSchema } from './serving.ts';
import { startErrorSchema } from './start-errors.ts';

/** Version of this contract, sent in the header `slipway-contract` with every request, next to the shared secret (`authorization`). */
export const contractVersion = '1';
/**
 * The versions that a builder accepts; others get a 426. So far there is one. The release that introduces N accepts N and N−1 while the
 * Worker still sends N−1; the next release sends N (decision 74).
 */
export const acceptedContracts: readonly string[] = [contractVersion];
export const contractHeader = 'slipway-contract';

/** Name of a shared container, sent with every request to it (placement.ts). */
export const sharedHeader = 'slipway-shared';

/**
 * Sent with PUT /instances/{id}, and with the preceding POST /instances/{id}/target, if the spec grants network access. The container
 * must start with that access before a body is read.
 */
export const networkHeader = 'slipway-network';

/**
 * Sent with POST /instances/{id}/invoke: a random call ID. A builder that already got the ID refuses it with `call-repeated`, unless
 * the call ended before it reached the plugin. So a request resent after a broken connection runs only if the first one never arrived,
 * or arrived at a builder that has died (D47).
 */
export const callHeader = 'slipway-call';

/**
 * Sent with POST /instances/{id}/invoke: the SHA-256 that names the call to its caller, who can cancel it with DELETE /calls/{tag} while its
 * connection stays open. If several calls in progress have the tag, none is cancelled.
 */
export const callTagHeader = 'slipway-call-tag';

/** Sent with POST /instances/{id}/invoke: the API request's ID, which marks the call's log lines. */
export const requestHeader = 'slipway-request';

/**
 * `1` in every response of a builder that received SIGTERM. The builder starts nothing more, and exits once its last calls have ended.
 */
export const stoppingHeader = 'slipway-stopping';

/** An instance's ID is its deployment's ID, plus a number for additional instances (fleets.ts). */
export const instanceIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Name of a data folder, which a plugin's instances use one after another. */
export const dataNamePattern = instanceIdPattern;

/**
 * Permissions that the instance's version asks for and its organization grants. Secrets are sent separately. Omitted if there are none.
 */
const hostedPermissions = permissionsSchema.omit({ secrets: true }).strict();

/**
 * Secrets by name. The builder keeps them in memory and sends them to the plugin's process over its channel. Omitted if the version
 * asks for none.
 */
const secretsSchema = z.record(z.string(), z.string()).optional();

/** PUT /instances/{id} for a Python plugin: the code to run and what its manifest declares. */
export const pythonSpecSchema = z.strictObject({
  runtime: z.literal('python'),
  organization: hostedFor,
  /** SHA-256 of the plugin's archive, a zip sent with PUT /blobs/{sha256}. */
  archive: sha256Text,
  plugin: hostedPlugin,
  /** Unused: Workers of the previous release send the version's ID. */
  version_id: z.string().max(64).optional(),
  /** As declared in the manifest; named in errors about failed imports. */
  dependencies: z.array(z.string()),
  /** The installed dependencies. Omitted if there are none. */
  environment: environmentRefSchema.optional(),
  permissions: hostedPermissions.optional(),
  secrets: secretsSchema,
  /** Read-only files, whose content is sent with PUT /blobs/{sha256}. Omitted if the manifest names none. */
  models: z.array(modelRefSchema).optional(),
  /** If omitted, one process, as for a manifest without serving settings. */
  serving: servingSchema.optional(),
  /** The share of GPUs that each of its processes gets. Omitted if it asks for none. */
  gpu: gpuShareSchema.optional(),
  entry: entrySchema,
  /** Log ID, if not the instance's own. */
  log: z.string().regex(instanceIdPattern).optional(),
});
export type PythonSpec = z.infer<typeof pythonSpecSchema>;

export const executableKinds = ['pipeline', 'storage'] as const;

/** PUT /instances/{id} for a compiled Go plugin. */
export const executableSpecSchema = z.strictObject({
  runtime: z.literal('executable'),
  organization: hostedFor,
  /** The interface that `Plugin` must implement. A mismatch is a `wrong-interface` error that names the methods. */
  kind: z.enum(executableKinds),
  /** SHA-256 of the executable, sent with PUT /blobs/{sha256} unless this builder built it. */
  artifact: sha256Text,
  plugin: hostedPlugin,
  /** Data folder that outlives the instance on this builder's disk: its working directory and SLIPWAY_DATA. Null for none. */
  data: z.string().regex(dataNamePattern).nullable(),
  /** Only `permissions` grant network access. */
  network: z.literal(false),
  permissions: hostedPermissions.optional(),
  secrets: secretsSchema,
});
export type ExecutableSpec = z.infer<typeof executableSpecSchema>;

export const instanceSpecSchema = z.discriminatedUnion('runtime', [
  pythonSpecSchema,
  executableSpecSchema,
  isolateSpecSchema,
]);
export type InstanceSpec = PythonSpec | ExecutableSpec | IsolateSpec;

/** Returns the SHA-256 of the blob that an instance runs. */
export function codeDigest(spec: InstanceSpec): string {
  return spec.runtime === 'python' ? spec.archive : spec.artifact;
}

/** How a builder confines plugins, strongest first. docs/reference/confinement.md describes what each promises. */
export const sandboxKinds = ['namespaces', 'landlock', 'vm', 'none'] as const;
export type SandboxKind = (typeof sandboxKinds)[number];

/** Version of the control groups that limit memory, processes and CPU time. Without them, a builder watches memory itself. */
export const cgroupKinds = ['v1', 'v2', 'none'] as const;
export type CgroupKind = (typeof cgroupKinds)[number];

/** How an instance is confined. Both are omitted for Dynamic Workers. */
export const confinementSchema = z.object({
  sandbox: z.enum(sandboxKinds).optional(),
  cgroup: z.enum(cgroupKinds).optional(),
});
export type Confinement = z.infer<typeof confinementSchema>;

/** GET /instances/{id}. */
export const instanceStatusSchema = z.object({
  id: z.string(),
  /** For an executable, `ready` also means that it responded to the last ping. */
  state: z.enum(instanceStates),
  /** SHA-256 of the archive or executable. */
  code: sha256Text,
  started_at: z.string(),
  /** How many times the process was restarted after a crash. */
  restarts: z.int().min(0),
  /** Number of process crashes in its first minute. */
  early_crashes: z.int().min(0),
  /** Null before the first crash. */
  last_crash: lastCrashSchema.nullable(),
  calls: z.int().min(0),
  calls_in_flight: z.int().min(0),
  last_call_at: z.string().nullable(),
  /** The load that determines the number of instances: total call time and uptime in milliseconds, and calls refused as busy. */
  load: z.object({ call_ms: z.number().min(0), up_ms: z.number().min(0), refused: z.int().min(0) }).optional(),
  /** Memory used by its ready processes, now and at peak. Only in the response to GET. */
  memory: z.object({ bytes: z.int().min(0), peak_bytes: z.int().min(0) }).optional(),
  /** The GPUs that it holds, if any. */
  gpus: heldGpusSchema.optional(),
  standby: z.boolean(),
  /** Why the state is `failed`. */
  start_error: startErrorSchema.optional(),
  ...confinementSchema.shape,
});
export type InstanceStatus = z.infer<typeof instanceStatusSchema>;

/** One line of the NDJSON response to PUT /instances/{id}. The last line is always `ready` or `failed`. */
export const instanceEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('step'),
    at: z.string(),
    step: z.enum(['unpack', 'environment', 'compile', 'load', 'ready']),
  }),
  logLineSchema.extend({ type: z.literal('log') }),
  z.object({ type: z.literal('ready'), instance: instanceStatusSchema }),
  z.object({ type: z.literal('failed'), error: startErrorSchema }),
]);
export type InstanceEvent = z.infer<typeof instanceEventSchema>;

/** POST /instances/{id}/invoke for a Python plugin. */
export const callSchema = z.object({
  inputs: jsonObject,
  parameters: jsonObject,
});

/** A call to forward, with its objects as text. */
export interface Call {
  inputs: JsonText;
  parameters: JsonText;
}

/** The response (200) to a Call. A handler exception is a result, not a builder error. */
export const callAnswerSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('success'), result: jsonValue, duration_ms: z.number() }),
  z.object({
    status: z.literal('error'),
    error: z.object({ type: z.string(), message: z.string(), at: z.string().exactOptional() }),
    duration_ms: z.number(),
  }),
]);

/** POST /instances/{id}/warnings: a line for the instance's log. A builder writes at most one a minute and drops the others. */
export const instanceWarningSchema = z.strictObject({
  line: z.string().max(2000),
  /** The API request's ID. */
  request: z.string().max(100).optional(),
});
export type InstanceWarning = z.infer<typeof instanceWarningSchema>;

/** Methods that each kind of executable implements. */
export const operationMethods = {
  pipeline: ['execute'],
  storage: ['initialize', 'create_schema', 'store', 'retrieve', 'update', 'delete', 'metadata', 'health'],
} as const satisfies Record<(typeof executableKinds)[number], readonly string[]>;

/** POST /instances/{id}/invoke for an executable. builder/host-go/README.md lists the `params` of each method. */
export const operationSchema = z.strictObject({
  method: z.string(),
  params: jsonObject.optional(),
});

/** An operation to forward. */
export interface Operation {
  method: string;
  params?: JsonText | undefined;
}

/** The response (200) to an Operation. An error returned by the plugin is a result, not a builder error. */
export const operationAnswerSchema = z.union([
  z.strictObject({ result: jsonValue }),
  z.strictObject({
    error: z.object({
      code: z.enum(['plugin_error', 'plugin_panic', 'bad_request', 'unknown_method']),
      message: z.string(),
      /** A panic's stack trace, with paths in the author's repository. */
      stack: z.string().optional(),
    }),
  }),
]);

/** Sent with the DELETE of an instance whose deployment is over. */
export const takenBackHeader = 'slipway-taken-back';

/**
 * Sent as `Accept` with POST /instances/{id}/invoke. The response has this type if the handler yields its values: one line of JSON per
 * value. Otherwise it is an ordinary response.
 */
export const callStreamType = 'application/x-ndjson';

/** One line. Empty lines keep the connection open. */
export const callStreamLineSchema = z.union([
  z.strictObject({ value: jsonValue }),
  /** The last line: the answer without a result, or an error. */
  z.strictObject({ end: callAnswerSchema }),
  builderErrorSchema,
]);

/** The file in the builder's state folder that records what this machine can do, as JSON of `machineReportSchema` (health.ts). */
export const confinementFile = 'confinement.json';
