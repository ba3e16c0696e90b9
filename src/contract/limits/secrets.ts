// Defines the limits of the secrets of a namespace.

export const secretLimits = {
  /** All of them may be sent to one instance, in one message. */
  perNamespaceMax: 100,
  /** A certificate chain or a service account fits. */
  valueBytesMax: 32 * 1024,
  /** A shorter value occurs in ordinary text, so that masking it would make logs unreadable. */
  valueCharsMin: 4,
  /** The request around a value, whose JSON may escape every character. */
  requestBytes: 256 * 1024,
  /** Deployments that one message replaces after a secret changed. */
  restartedAtOnce: 20,
} as const;
