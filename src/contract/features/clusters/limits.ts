// Defines the limits of Ray clusters and of the plugins on them.
import { longestStartMs } from '../../limits/egress.ts';

const seconds = 1000;
const minutes = 60 * seconds;

/** Earlier versions have no tokens, or with them no logs: 2.52 doesn't pass the token on to its nodes for streams. */
export const supportedRay = { major: 2, minorMin: 53 } as const;

/** Ray clusters (docs/ray.md). */
export const clusterLimits = {
  /** Clusters per installation. A search for a cluster reads all of them. */
  perInstallationMax: 20,
  /** Organizations that one cluster may be trusted for, unless it serves all. Each gets an event in the change's batch. */
  organizationsMax: 10,
  urlCharsMax: 500,
  tokenCharsMax: 4096,
  requestBytes: 32 * 1024,
  /** Timeout of one dashboard request; a check makes two. A newly started dashboard takes 10 s for its first response. */
  requestMs: 20_000,
  /** Size of a dashboard response. An application list has the details of every replica. */
  answerBytesMax: 4 * 1024 * 1024,
  /** Number of other applications that a message names. */
  namedApplicationsMax: 5,
  /** Timeout of a request that changes something. The first one starts Ray Serve. */
  writeMs: 60_000,
  /** How many times a writer of the application list retries after concurrent writes. */
  writesMax: 8,
  /** How long a writer waits for another writer, and how often it checks. */
  writeWaitMs: 60_000,
  writeLookMs: 200,
  /** A job asks the store for an object: how long one answer, the URL and the whole job may take, and how often to look. */
  reachSeconds: 10,
  reachUrlSeconds: 300,
  reachMs: 60_000,
  reachLookMs: 500,
  /** Lines of each replica's log. */
  logLines: 5000,
  /** How often each cluster is checked, and how many per sweep. */
  checkEveryMs: 300_000,
  checkedAtOnce: 4,
  /**
   * Covers one write of the application list and a read. Renewed before the write. A writer that lost the lease may still write, so every
   * write is compared with the rows afterwards: both workers write what the rows say.
   */
  lease: { leaseMs: 90 * seconds },
} as const;

/** Plugins on Ray clusters. */
export const rayLimits = {
  /**
   * Size of an archive that travels with the adapter. Packing and sending hold it in memory six times over, and an isolate has 128 MB.
   * Nodes fetch larger ones from the store.
   */
  archiveBytes: 8 * 1024 ** 2,
  packageTimes: 6,
  /** How long a URL for a node is valid. A download may take longer. */
  urlSeconds: 15 * 60,
  /** How many processes get the plugin at once when a deployment starts. */
  loadedTogether: 8,
  /** After this many repeated answers in a row for each process, those that haven't answered load the plugin with their first call. */
  loadsPerProcess: 20,
  loadAgainMs: 50,
  /** Time until an application runs, including package installation. */
  startMs: longestStartMs,
  /** How long a replica waits for a suitable node, which an autoscaler may have to add. */
  scheduleMs: 3 * minutes,
  /** How long a start waits for room on a cluster without an autoscaler, whose report of its nodes is up to 5 s old. */
  roomMs: 12 * seconds,
  /** How many deployments a message about a full cluster names. */
  namedHoldersMax: 10,
  /** How often a start polls the application. */
  lookMs: 500,
  /** How long an isolate caches an application's state. */
  usedMs: 10 * seconds,
  /** Concurrent calls per replica, unless the manifest sets it. Further ones wait in Ray. */
  concurrency: 100,
  /**
   * How often Ray looks for dead replicas of a plugin with batches, whose calls wait for another one, or with a GPU, which an error may
   * make useless. By default, it looks every 10 s. It replaces a replica whose check fails three times.
   */
  healthSeconds: 1,
  /** How long a replica's check may take: while the plugin is loaded, it may not answer. */
  healthTimeoutSeconds: longestStartMs / seconds,
  /** How long an ending replica lets its calls finish. */
  drainSeconds: 60,
  /** Drain time of a run's process, whose rows are redone. */
  rowsDrainSeconds: 2,
  /** How long chunks wait before a run gets another process, and how long an idle process stays. */
  rowsUpSeconds: 1,
  rowsDownSeconds: 60,
  /** A run's batches are sent together until a call takes this long, up to this many: a Ray Serve request costs some milliseconds. */
  rowsTogetherMs: 500,
  rowsTogetherMax: 512,
  /** How long rows wait for a process while existing ones end, and how often they are resent. */
  rowsWaitMs: 60 * seconds,
  rowsAgainMs: 500,
  /** How long a call waits before it is sent again to processes that are full of calls and streams, at first and at most. */
  againMs: 100,
  againMsMax: 2 * seconds,
  /** Timeout of a report of what a stream's reader has taken, and how often one is sent again. */
  reportMs: 5 * seconds,
  reportAgainMs: 250,
  /** How long any process of a plugin may take to say what became of a lost stream's process. */
  lossMs: 2 * seconds,
  /** When a process exits, all its calls fail. Failures within this time count as the same crash. */
  crashesApartMs: 1 * seconds,
  /** Length of the tail of Ray's failure messages. */
  messageChars: 2000,
} as const;
