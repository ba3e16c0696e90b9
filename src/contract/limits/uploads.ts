// Defines the limits of uploads, and the validity of their URLs. archives.ts limits an archive's content.

const KiB = 1024;
const MiB = 1024 * KiB;
const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

export const uploadLimits = {
  /**
   * Concurrent uploads per organization in the queue; others wait. Like `deploymentLimits.perOrganizationAtOnce`, it leaves workers to
   * other organizations. Confirmations within a request count, but don't wait.
   */
  perOrganizationAtOnce: 4,
  /** How long an object uploaded in time can still be confirmed after its URL has expired (D15). */
  confirmableMs: 24 * hours,
  /** Validity of a presigned upload URL, by default and at most. The API documents both. */
  urlDefaultSeconds: 3600,
  urlMaxSeconds: 86_400,
  /** Time until an install expires. */
  installMs: 24 * hours,
  /** `Retry-After` for a version whose upload is still being confirmed (D40). */
  pendingRetryAfterSeconds: 2,
  /**
   * Uploads without an announced size whose URLs are still valid, per namespace or organization. They reserve no storage, so only
   * their number is limited (D28).
   */
  unannouncedMax: 100,
  /** A multipart upload (D33). Larger archives need a presigned URL. */
  formBytes: 32 * MiB,
  /** How long a version waits for approval before it is deleted. */
  stagedMs: 14 * 24 * hours,
  /** Tolerance between the clocks of the Worker and of a presigned URL's signer. */
  presignClockSkewMs: 15 * minutes,
  /** Tolerance between the clocks of two workers that publish and release the same archive. */
  releaseClockSkewMs: 60 * seconds,
  /** Validity of a presigned download URL. */
  downloadUrlSeconds: 3600,
} as const;

/** Calls of versions that wait for approval: enough to try one, too few to serve with one. */
export const trialLimits = {
  /** Calls of a version until it is decided. */
  callsMax: 200,
  /** Versions of an organization whose instances may run at the same time. */
  versionsAtOnce: 3,
  /** `Retry-After` while that many run. */
  atOnceRetrySeconds: 60,
};
