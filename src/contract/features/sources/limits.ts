// Defines the limits of an organization's credentials for private sources.

export const sourceLimits = {
  /** A fetch checks all credentials for its host. */
  perOrganizationMax: 100,
  /** Large enough for a JSON web token. */
  tokenCharsMax: 8192,
  placeCharsMax: 500,
  /** The request with a token. */
  requestBytes: 32 * 1024,
  /** Accepted host keys per deploy key. */
  knownHostsMax: 10,
  knownHostCharsMax: 2000,
  /** Patterns per Python index. */
  pythonPatternsMax: 100,
  pythonPatternCharsMax: 100,
  /** Timeout of a GitHub API request. A fetch with an App makes two. */
  appRequestMs: 15_000,
  appAnswerCharsMax: 256 * 1024,
  /** A larger clock difference is named as the cause when GitHub rejects an App's signature, which is valid for a minute. */
  appSkewMs: 60_000,
  /** Resolution of a credential's last use. Fetches within this time record it once. */
  lastUseMs: 60_000,
} as const;
