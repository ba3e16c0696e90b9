// Defines the limits of issuers, ID tokens, trusted publishers, the keys of CI jobs, and of people's sign-ins, sessions and keys.

const seconds = 1000;
const hours = 3600 * seconds;
const days = 24 * hours;

export const issuerLimits = {
  perOrganizationMax: 20,
  urlCharsMax: 500,
  secretCharsMax: 1024,
  /** Size of a discovery document or a set of signing keys, fetched or pasted. */
  documentBytes: 64 * 1024,
  /** Timeout of one document. */
  documentMs: 5 * seconds,
  /** Signing keys are read again after this time, so that a key withdrawn by its issuer stops counting. */
  keysMs: 10 * 60 * seconds,
  /** If they can't be read again, they count for this long. */
  staleKeysMs: 60 * 60 * seconds,
  /** An unknown key ID causes at most one more request in this time. Also how long an issuer's configuration counts for sign-ins. */
  keysAgainMs: 60 * seconds,
  /** An issuer that couldn't be read is asked again after this time. */
  failureMs: 10 * seconds,
  /** Time for both documents, in which an isolate asks the issuer no second time. */
  askingMs: 11 * seconds,
  /** Requests that wait in an isolate for one issuer's answer. More get 429, since anyone can send them. */
  waitingMax: 20,
  /** Issuers whose signing keys an isolate keeps. */
  cacheSize: 200,
  /** The request with a pasted key set. */
  requestBytes: 128 * 1024,
} as const;

export const idTokenLimits = {
  charsMax: 16 * 1024,
  /** Difference between the clocks of Slipway and an issuer. */
  skewSeconds: 60,
  /** Life of a person's token. It is used right after its issue. */
  personSeconds: 3600,
  /** Life of a CI job's token: GitLab's are valid for as long as the job may run. It also bounds how long used tokens are remembered. */
  jobSeconds: 24 * 3600,
  /** The exchange's request: a token and a few names. */
  requestBytes: 32 * 1024,
  /** Issuers with the token's `iss` that an exchange tries. */
  issuersMax: 4,
  /** Refusals an organization's log records per minute, because anyone can send tokens. */
  refusalsPerMinute: 10,
} as const;

export const ciLimits = {
  publishersPerOrganization: 500,
  conditionsMax: 20,
  requestBytes: 32 * 1024,
  /** Life of a CI job's key. */
  keyMs: 15 * 60 * seconds,
  /** Unexpired keys of CI jobs. They don't count in the organization's quota of keys. */
  keysMax: 500,
  /** Expired keys and used tokens that one sweep deletes. */
  deletedPerSweep: 500,
} as const;

export const peopleLimits = {
  /** An invitation's link works once, within this time. */
  invitationMs: 72 * hours,
  /** Pending invitations of an organization. */
  invitationsMax: 500,
  /** Time for a browser to come back from its issuer. */
  signInMs: 10 * 60 * seconds,
  /** Validity of a code that gives the command line a personal key, once. */
  signInCodeMs: 5 * 60 * seconds,
  /** A session that is used ends after this time. */
  sessionMaxMs: 7 * days,
  personalKeyMs: 90 * days,
  personalKeyMaxMs: 366 * days,
  /** Rows that one sweep deletes of each kind. */
  deletedPerSweep: 500,
} as const;
