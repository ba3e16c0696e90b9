// Defines how long API keys are cached, how long two secrets are valid at once, and how long a browser stays signed in.

const seconds = 1000;

export const keyLimits = {
  /** Keys that an isolate remembers (D31); serving.ts says for how long. */
  cacheSize: 1000,
  /** The last use of a key is recorded at most this often: a key that is used without a pause writes a row each time. */
  recordUseEveryMs: 10 * 60 * seconds,
  /** How long the previous secret of a key or webhook can stay valid after a rotation. */
  overlapMaxSeconds: 7 * 86_400,
  /** The overlap of secrets that another system has to replace, too, unless the rotation says otherwise. */
  overlapSeconds: 86_400,
} as const;

export const sessionLimits = {
  /** A browser session ends after this, or with its key. */
  sessionMs: 12 * 60 * 60 * seconds,
  /** A sign-in link can be used for this long, once. */
  linkMs: 10 * 60 * seconds,
  /** Ended sessions and links that each sign-in deletes. */
  deletedPerSignIn: 20,
} as const;
