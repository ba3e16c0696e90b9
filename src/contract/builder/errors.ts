// Defines the errors with which a builder answers.
import { z } from 'zod';
import { sha256Text } from '../digests.ts';

export const builderErrorCodes = [
  'unauthorized',
  'not-found',
  'instance-gone',
  'stopped',
  'other-organization',
  'instance-conflict',
  'blob-missing',
  'blob-mismatch',
  'body-too-large',
  'invalid-request',
  'contract-mismatch',
  'instance-crashed',
  'instance-killed',
  'batch-lost',
  'answer-invalid',
  'call-unreadable',
  'call-repeated',
  'instance-busy',
  'instance-starting',
  'instance-restarting',
  'call-timeout',
  'call-cancelled',
  'builder-stopping',
  'container-failed',
  'no-capacity',
  'capability-missing',
  'analyzer-failed',
  'data-in-use',
  'internal',
] as const;
export type BuilderErrorCode = (typeof builderErrorCodes)[number];

/** Each builder error's HTTP status. A 503 has a `Retry-After` header. */
export const builderErrorStatus = {
  unauthorized: 401,
  'not-found': 404,
  /** The instance doesn't exist, failed to start or is stopping. Look up the route again, or start it with PUT. */
  'instance-gone': 404,
  /** The deployment was taken back, so its instance never starts again. Look up the route again. */
  stopped: 410,
  /** This builder hosts only another organization. */
  'other-organization': 403,
  /** An instance with another spec uses this ID. */
  'instance-conflict': 409,
  'blob-missing': 409,
  'blob-mismatch': 422,
  'body-too-large': 413,
  'invalid-request': 422,
  'contract-mismatch': 426,
  /** The plugin's process exited during the call. */
  'instance-crashed': 502,
  /** Neither the plugin nor a limit ended the process during the call. The plugin may have run. */
  'instance-killed': 503,
  /** The batch with the call hung, or its process exited, and the call had no time left to run alone. Another call may be the cause. */
  'batch-lost': 503,
  /** The process's response is invalid: not the contract's JSON, too large, too deep, or out of turn. */
  'answer-invalid': 502,
  /** The plugin language's decoder rejects the call's JSON. The message contains the decoder's reason. */
  'call-unreadable': 422,
  /** The builder already got a call with this ID, and may have passed it to the plugin. */
  'call-repeated': 409,
  'instance-busy': 503,
  /**
   * Another request was starting the instance or its container for longer than this request waits. This request did not reach the
   * plugin.
   */
  'instance-starting': 503,
  'instance-restarting': 503,
  'call-timeout': 504,
  /** The call's connection was closed, in which case nobody gets this response, or its caller cancelled it by its tag. */
  'call-cancelled': 499,
  /** The builder received SIGTERM and is about to exit. Send the request again; the next builder handles it. */
  'builder-stopping': 503,
  /** This instance's container did not start, or stopped responding during the request. The message has the cause. */
  'container-failed': 503,
  /** All containers allowed by the configuration are in use. */
  'no-capacity': 503,
  /** Git or Go is missing on the builder, or unusable; the message says what to install. */
  'capability-missing': 503,
  /** The analyzer of Go programs crashed. The program isn't at fault. */
  'analyzer-failed': 503,
  /** An instance is using the folder. */
  'data-in-use': 409,
  internal: 500,
} as const satisfies Record<BuilderErrorCode, number>;

/** The body of every error response. */
export const builderErrorSchema = z.object({
  error: z.object({
    code: z.enum(builderErrorCodes),
    message: z.string(),
    /** For `blob-missing`: digests of the blobs to send. */
    missing: z.array(sha256Text).optional(),
    /** For `instance-crashed` and `instance-restarting`: how often processes crashed in the instance's first minute. */
    crashes: z.int().min(0).optional(),
  }),
});
export type BuilderErrorBody = z.infer<typeof builderErrorSchema>;

/** A builder's error response, in the Worker. `unreachable` means that no builder responded. */
export class BuilderError extends Error {
  override readonly name = 'BuilderError';
  readonly code: BuilderErrorCode | 'unreachable';
  readonly missing: string[];
  /** How often the instance's processes crashed in its first minute, if the error reports it. */
  crashes = 0;
  constructor(code: BuilderErrorCode | 'unreachable', message: string, missing: string[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.missing = missing;
  }
}
