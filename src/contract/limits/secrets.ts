// Defines the limits of a namespace's secrets, and of an organization's credentials for private sources.

export const secretLimits = {
  /** All of them may go to one instance in one message. */
  perNamespaceMax: 100,
  /** Large enough for a certificate chain or a service account. */
  valueBytesMax: 32 * 1024,
  /** Shorter values occur in ordinary text, so masking them would make logs unreadable. */
  valueCharsMin: 4,
  /** The request with a value, whose JSON may escape every character. */
  requestBytes: 256 * 1024,
  /** Deployments that one message replaces after a secret change. */
  restartedAtOnce: 20,
} as const;

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
  /** Private modules per Go plugin, fetched one after the other. */
  goModulesMax: 20,
  /** Packed size of one module's repository. */
  goModuleBytesMax: 2 * 1024 * 1024,
  /** Unpacked size of all modules, which are in memory together with the plugin's files. */
  goModulesBytesMax: 16 * 1024 * 1024,
  /** Unpacked size of a plugin that requires private modules. */
  goPluginBytesMax: 32 * 1024 * 1024,
  /** Timeout of a GitHub API request. A fetch with an App makes two. */
  appRequestMs: 15_000,
  appAnswerCharsMax: 256 * 1024,
  /** A larger clock difference is named as the cause when GitHub rejects an App's signature, which is valid for a minute. */
  appSkewMs: 60_000,
  /** Resolution of a credential's last use. Fetches within this time record it once. */
  lastUseMs: 60_000,
} as const;
