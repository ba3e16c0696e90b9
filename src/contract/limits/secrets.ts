// Defines the limits of the secrets of a namespace, and of an organization's credentials for private sources.

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

export const sourceLimits = {
  /** A fetch looks through those of one host. */
  perOrganizationMax: 100,
  /** A JSON web token fits. */
  tokenCharsMax: 8192,
  placeCharsMax: 500,
  /** The request around a token. */
  requestBytes: 32 * 1024,
  /** Keys that the host of a deploy key may have. */
  knownHostsMax: 10,
  knownHostCharsMax: 2000,
  /** Patterns of one Python index. */
  pythonPatternsMax: 100,
  pythonPatternCharsMax: 100,
  /** Private modules of a Go plugin. Each is fetched in turn. */
  goModulesMax: 20,
  /** The packed files of the repository of one of them. */
  goModuleBytesMax: 2 * 1024 * 1024,
  /** The files of all of them, unpacked. They are in memory together with those of the plugin. */
  goModulesBytesMax: 16 * 1024 * 1024,
  /** The files of a plugin that requires private modules, unpacked. */
  goPluginBytesMax: 32 * 1024 * 1024,
  /** A request to GitHub's API, of which a fetch with an App makes two. */
  appRequestMs: 15_000,
  appAnswerCharsMax: 256 * 1024,
  /** A larger difference of the clocks is named as the cause when GitHub refuses what an App signed. It takes a minute. */
  appSkewMs: 60_000,
  /** How exactly the last use of a credential is known. Fetches within this time write it once. */
  lastUseMs: 60_000,
} as const;
