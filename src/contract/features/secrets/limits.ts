// Defines the limits of setting a namespace's secrets.

export const settingLimits = {
  /** All of them may go to one instance in one message. */
  perNamespaceMax: 100,
  /** The request with a value, whose JSON may escape every character. */
  requestBytes: 256 * 1024,
  /** Deployments that one message replaces after a secret change. */
  restartedAtOnce: 20,
} as const;
