// Defines the limits of requests to user-supplied URLs, and of plugins' own connections.
import { builderLimits } from './builder.ts';

/**
 * The builder's requests to user-supplied URLs. These limits are a backstop: the Worker's own (`signedRequests`, `artifactFetch`) end a
 * request sooner.
 */
export const egressLimits = {
  /** Time from the request to the end of the response. Longer than `artifactFetch.totalMs` and `signedRequests.timeoutMs`. */
  totalMs: 200_000,
  /** Time without a byte. Longer than `artifactFetch.stallMs`. */
  idleMs: 20_000,
  /** Time to connect to one of a name's addresses. */
  addressMs: 3_000,
  /** Body of a response. Covers an artifact of 500 MiB and the byte that makes it too large. */
  responseBytes: 512 * 1024 * 1024,
  /** Concurrent connections of all organizations; further requests wait, and organizations take turns. */
  connections: 256,
  /** One organization's part of them, so that silent hosts of three organizations leave connections to the others. */
  connectionsPerOrganization: 64,
  /** Connections to one host, so that a host which many use and which falls silent leaves half of them. */
  connectionsPerHost: 128,
  /** One organization's part of a host's, and so half of its own: its other hosts are still reached. */
  connectionsPerOrganizationAndHost: 32,
  /** One organization's waiting requests, for a host and in total. Covers all lanes of 20 webhooks; further requests are refused. */
  waitingPerOrganization: 256,
  /** Size of their bodies, which are in the builder's memory. Covers webhooks, and several packages for Ray. */
  waitingBytesPerOrganization: 64 * 1024 * 1024,
  /** How long a request waits for a connection. Shorter than a webhook's timeout, so that the reason is known. */
  waitMs: 10_000,
} as const;

/** How long a plugin outside of the builders may take to start, including the installation of its packages. */
export const longestStartMs = 600_000;

/**
 * The longest time that a request may ask for, instead of `totalMs` and `idleMs`: a plugin's stream on Ray, whose process may have to
 * load the plugin first. While its reader is slow, no byte comes.
 */
export const egressTimeoutMsMax = longestStartMs + builderLimits.streamMs + 60_000;

/** A request to the builder with its body: a call with its secrets, or a package for Ray. */
export const egressRequestBytes = 12 * 1024 * 1024;

/** Connections that stay open for later requests to the same server. */
export const keptConnections = {
  /** How long one stays open without a request. Much shorter than servers keep it open, because a call can't be resent. */
  idleMs: 4_000,
  /** How long a server's checked addresses and the connections to them are used. */
  checkedMs: 30_000,
  /** Concurrent connections to one server, one organization's part, and how many stay open; further requests wait. */
  perServer: 256,
  perOrganization: 128,
  idlePerServer: 64,
  servers: 64,
  /** One organization's waiting requests for a server; further requests are refused. */
  waitingPerOrganization: 1024,
} as const;

/** The builder's requests to organizations' Python indexes: their pages and package files. */
export const indexLimits = {
  /** Time for a page or a file. Longer than an environment may take. */
  totalMs: 900_000,
  idleMs: 30_000,
  addressMs: 3_000,
  /** One file. */
  responseBytes: 8 * 1024 ** 3,
  connections: 64,
  connectionsPerOrganization: 32,
  connectionsPerHost: 32,
  connectionsPerOrganizationAndHost: 16,
  /** More than uv's concurrent downloads in all of an organization's environments, since uv retries only a few times. */
  waitingPerOrganization: 1024,
  /** These requests have no body. They wait for large files. */
  waitingBytesPerOrganization: 0,
  waitMs: 900_000,
  /** Size of one package's page, and number of its links. */
  pageBytes: 8 * 1024 * 1024,
  pageFiles: 20_000,
  redirects: 5,
} as const;

/** A plugin's connections to granted hosts, through the builder's relay (docs/grants.md). */
export const relayLimits = {
  /** Time to connect to a host, trying its addresses one after the other. */
  connectMs: 10_000,
  /** Time without a byte in either direction. */
  idleMs: 300_000,
  /** Time from a proxy request's first byte to the end of its header. */
  headerMs: 10_000,
  headerBytes: 32 * 1024,
  /** Concurrent connections of one instance to each of its ports. Further connections are closed. */
  connections: 256,
  /** Connection-related lines per second in the plugin's log. */
  logLinesPerSecond: 20,
} as const;
