// Defines how long API keys are cached, how long old secrets stay valid, and how long a browser stays signed in.

const seconds = 1000;

export const keyLimits = {
  /** Keys cached per isolate (D31); serving.ts says for how long. */
  cacheSize: 1000,
  /** Characters of the path that a key can be limited to. */
  pathChars: 300,
  /** A key's last use is recorded at most this often, since each record writes a row. */
  recordUseEveryMs: 10 * 60 * seconds,
  /** How long the previous secret of a key or webhook can stay valid after a rotation. */
  overlapMaxSeconds: 7 * 86_400,
  /** Default overlap for secrets that another system also has to replace. */
  overlapSeconds: 86_400,
} as const;

export const sessionLimits = {
  /** A browser session ends after this time, or with its key. */
  sessionMs: 12 * 60 * 60 * seconds,
  /** Validity of a sign-in link, which works once. */
  linkMs: 10 * 60 * seconds,
  /** A person's session ends after this time without use. */
  unusedMs: 12 * 60 * 60 * seconds,
  /** A used session is extended at most this often, since each extension writes a row. */
  extendEveryMs: 60 * 60 * seconds,
  /** Ended sessions and links that each sign-in deletes. */
  deletedPerSignIn: 20,
} as const;
