// Defines how long browsers stay signed in.

const seconds = 1000;

export const sessionLimits = {
  /** A browser session ends after this, or with its key. */
  sessionMs: 12 * 60 * 60 * seconds,
  /** A sign-in link can be used for this long, once. */
  linkMs: 10 * 60 * seconds,
  /** Ended sessions and links that each sign-in deletes. */
  deletedPerSignIn: 20,
} as const;
