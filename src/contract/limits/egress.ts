// Defines the limits of requests to users' URLs, and of plugins' own connections.

/**
 * Requests of the builder to URLs that users gave. These bound what the Worker may forget: its own limits (`webhooks`,
 * `artifactFetch`) end a request sooner.
 */
export const egressLimits = {
  /** Time from the request to the end of the response. Longer than `artifactFetch.totalMs` and `webhooks.timeoutMs`. */
  totalMs: 200_000,
  /** Time without a byte. Longer than `artifactFetch.stallMs`. */
  idleMs: 20_000,
  /** Connecting to one address of a name that has several. */
  addressMs: 3_000,
  /** The body of a response. Leaves room for an artifact of 500 MiB and the byte that makes it too large. */
  responseBytes: 512 * 1024 * 1024,
  /** Connections at the same time; further requests wait. */
  connections: 256,
} as const;

/** A request to the builder, with its body: a package for Ray (`rayLimits.archiveBytes`) as base64. */
export const egressRequestBytes = 12 * 1024 * 1024;

/** Requests of the builder to Python indexes of organizations: their pages, and the files of packages. */
export const indexLimits = {
  /** A page, or a file. Longer than an environment may take. */
  totalMs: 900_000,
  idleMs: 30_000,
  addressMs: 3_000,
  /** One file. */
  responseBytes: 8 * 1024 ** 3,
  connections: 64,
  /** The page of one package, and its links. */
  pageBytes: 8 * 1024 * 1024,
  pageFiles: 20_000,
  redirects: 5,
} as const;

/** Connections of a plugin to what it is granted, through the builder's relay (docs/grants.md). */
export const relayLimits = {
  /** Connecting to a host, whose addresses are tried one after the other. */
  connectMs: 10_000,
  /** Time without a byte in either direction. */
  idleMs: 300_000,
  /** Time from the first byte of a request to the proxy to the end of its header. */
  headerMs: 10_000,
  headerBytes: 32 * 1024,
  /** Connections of one instance to each of its ports at the same time. Further ones are closed. */
  connections: 256,
  /** Lines in the plugin's log about its connections, each second. */
  logLinesPerSecond: 20,
} as const;
