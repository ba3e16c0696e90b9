// Defines the limits of a builder, on which the Worker relies as well: its instances, calls, fetches, builds and environments; and the times
// of the Worker's requests to it. What each process of a builder may use is in builder/server/sandbox/process-limits.ts.
import { logLineChars } from './logs.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const seconds = 1000;
const minutes = 60 * seconds;

/** Limits of the builder. The Worker assumes these values, even if a builder runs with others (BUILDER_LIMITS). */
export const builderLimits = {
  // Starting, calling and stopping an instance

  /** Instances of one builder at a time. In the sandbox `vm` there is one. */
  instancesMax: 1000,
  /** Organizations whose instances one builder runs at a time. In the sandbox `landlock` there is one. */
  organizationsMax: 1000,
  /** Starts of one organization's instances at the same time; further ones wait. */
  startsPerOrganization: 4,
  /** Time from PUT /instances/{id} to `ready` or `failed`. The Worker waits twice as long. */
  startMs: 30 * seconds,
  /** Added for each GiB of packages. sentence-transformers, with 5.6 GiB, took 46 s to import on two busy cores. */
  startMsPerGiB: 15 * seconds,
  /** One realtime call, and each of a plugin's own examples. */
  callMs: 30 * seconds,
  /**
   * The most that a plugin may ask for a call that is answered later (`later_timeout_s`). Its consumer ends after 15 minutes, of which it
   * may begin calls for `laterCalls.beginsMs`.
   */
  laterCallMsMax: 12 * minutes,
  /** How long a call may continue after it is cancelled at `callMs`. Then its process is killed and restarted. */
  hangMs: 5 * seconds,
  /** How long a call waits for an instance that is starting, or restarting after a crash. */
  readyWaitMs: 10 * seconds,
  /**
   * How long a stopping instance lets the calls in progress finish, unless a call may take longer, and at most (`drainTimeoutMs`, D47).
   * `rollout_active_grace_period` in wrangler.toml must cover `shutdownMsMax`.
   */
  drainMs: 30 * seconds,
  drainMaxMs: 120 * seconds,
  /**
   * An instance that gets no call for this long is stopped; the next call starts it again. A container sleeps after the same
   * time.
   */
  idleMs: 15 * minutes,
  /** The same for an instance whose version does not serve its plugin's name: live versions cost nothing while they sleep (D39). */
  standbyIdleMs: 60 * seconds,
  /** Crashes of an instance that was ready for less than this count toward the automatic rollback. */
  earlyMs: 60 * seconds,
  /** Interval of health pings to an executable. After two unanswered pings its process is killed and restarted. */
  pingMs: 10 * seconds,
  /** How long a message from a plugin's process may stay incomplete. Then the process is killed and restarted. */
  partialMs: 10 * seconds,
  /** How long the Worker retries while a builder refuses connections because it is restarting. */
  reconnectMs: 10 * seconds,
  /** How long at least a builder knows the ID of a call that ended. Must exceed `reconnectMs`. */
  callMemoryMs: 15 * seconds,

  /** Time between two tries to remove the quarantine's content. */
  quarantineRetryMs: 10 * minutes,

  // Sizes and counts of calls, archives and logs

  /** The body of a realtime call, and its result. */
  callBytes: 8 * MiB,
  /** A stream from its call to its end. Its first value comes within the time limit of the call. */
  streamMs: 12 * minutes,
  /** One value of a stream, and all of them. */
  streamValueBytes: 256 * KiB,
  streamBytes: 64 * MiB,
  /** How far a stream may be ahead of its reader: a value is yielded once its reader has taken more than all before it but this. */
  streamWindowBytes: 256 * KiB,
  /** Nesting of the JSON of a call's answer, and of a value of a stream. */
  answerLevels: 500,
  /** Calls of one instance, running and waiting, and the total size of their bodies. Further calls get `instance-busy`. */
  callsInFlight: 512,
  callBytesInFlight: 64 * MiB,
  /** Processes of one instance (`num_replicas`). They share its memory. */
  replicasMax: 8,
  /** One PUT /blobs/{sha256}. Leaves room for an upload of 500 MiB, and a model. */
  blobBytes: 5 * GiB,
  /** Memory of an instance, with everything that it starts. */
  memoryBytes: 2 * GiB,
  /** An instance that uses more leaves a container that it shares with others (decision 108). Set for such containers only. */
  sharedBytes: Number.POSITIVE_INFINITY,
  /** The data folder of a storage plugin, which outlives its instances. */
  dataBytes: 512 * MiB,
  dataFiles: 65_536,
  /** Lines of the log of a start or build, and of one answer with an instance's lines. */
  logLines: 1000,
  /** A chunk of an instance's log ends, and is stored, when it has this size or this age. So a builder that is killed loses this much. */
  logChunkBytes: 64 * KiB,
  logChunkMs: 10 * seconds,
  /** Newest log chunks held per instance. When a plugin exceeds its rate, the oldest are dropped. */
  logChunksHeld: 64,
  /** One chunk may be stored this often on average; `logChunksHeld` of them at a time. Bounds what a plugin's output costs. */
  logChunkEveryMs: 4 * seconds,
  /** Chunks that one request returns to be stored. */
  logChunksAtOnce: 100,
  /** One log line; longer lines are truncated. */
  logLineChars,

  // Fetching a Git source

  /** Time from POST /sources to its response. */
  fetchMs: 120 * seconds,
  /** Fetches that run at the same time; further requests wait. */
  fetchesAtOnce: 8,
  fetchesPerOrganization: 4,
  /** The pack that Git downloads. */
  fetchBytes: 64 * MiB,
  /** All files of the commit, unpacked, and how many there are. */
  sourceBytes: 128 * MiB,
  sourceFiles: 1_000,

  // Building a Go plugin

  /** One build, without the time it waits for a slot. The first one on a busy machine, which yields to calls, takes minutes. */
  buildMs: 900 * seconds,
  /** Builds that run at the same time; further requests wait. */
  buildsAtOnce: 4,
  buildsPerOrganization: 2,
  /** Steps of a build: downloading modules, and the compiler. */
  downloadMs: 120 * seconds,
  compileMs: 600 * seconds,
  /** Memory of a build, or of each of its processes without control groups, and the processor time of each process. */
  buildMemoryBytes: 8 * GiB,
  buildCpuSeconds: 240,
  /** Analyzing what a built program can reach takes seconds. Large modules may take a minute on a busy machine. */
  analysisMs: 600 * seconds,
  analysesAtOnce: 2,
  analysesPerOrganization: 1,
  analysisMemoryBytes: 4 * GiB,
  analysisCpuSeconds: 240,
  /** The executable, and every other file that a build writes. */
  artifactBytes: 256 * MiB,
  /** The error message of a failed build; the rest is truncated. */
  buildMessageChars: 64 * KiB,

  // Resolving and installing the packages that a Python plugin depends on

  /** Resolving, or installing, without the time it waits for a slot. Large packages take minutes to download. */
  environmentMs: 600 * seconds,
  /** Resolutions and installations that run at the same time; further requests wait. */
  environmentsAtOnce: 4,
  /** Installations of one organization at a time, so that its large packages leave slots to others. */
  environmentsPerOrganization: 2,
  /** The packages of an environment together, unpacked. In a container three quarters of its disk (`environmentBytesMax`). */
  environmentBytes: 10 * GiB,
  environmentFiles: 200_000,
  /** The text of a lock: about a thousand packages. */
  lockBytes: 4 * MiB,
  /** Packages on disk; those of the least recently used environments that no instance uses are removed beyond it. */
  environmentCacheBytes: 20 * GiB,
  /** Models on disk, by the same rule. */
  modelCacheBytes: 16 * GiB,
  /** Machine code that is kept of one version (numba), and of how many versions: those used longest ago are removed beyond it. */
  machineCodeBytes: 64 * MiB,
  machineCodeFiles: 4_000,
  machineCodeVersions: 64,
  /** Modules of Go plugins that stay on disk. The least recently used that no build reads are removed beyond it. */
  moduleCacheBytes: 8 * GiB,
} as const;

/** How long an instance with these packages may take to start. */
export function startLimitMs(limits: Record<'startMs' | 'startMsPerGiB', number>, environmentBytes: number): number {
  return limits.startMs + Math.round((limits.startMsPerGiB * environmentBytes) / GiB);
}

/** How long a stopping instance lets its calls finish: their whole time limit, within bounds (D47). */
export function drainTimeoutMs({
  drainMs,
  drainMaxMs,
  callMs,
}: Record<'drainMs' | 'drainMaxMs' | 'callMs', number>): number {
  return Math.min(Math.max(drainMs, callMs), drainMaxMs);
}

/** The longest that a builder takes to exit after SIGTERM: two drains, then a margin to end its processes. */
export const shutdownMsMax = 2 * builderLimits.drainMaxMs + 20 * seconds;

/** The Worker's requests to a builder, in addition to the times that the builder itself keeps to. */
export const builderRequests = {
  /** A request for which the builder has no limit of its own. */
  timeoutMs: 30 * seconds,
  /** A status that is only displayed. A busy machine takes seconds to answer, and its instances run. */
  statusMs: 5 * seconds,
  /** Interval of retries while the builder restarts. */
  retryEveryMs: 250,
  /** Interval of the empty lines that keep a silent stream of events open. */
  heartbeatMs: 15 * seconds,
  /** The slowest transfer of an archive. */
  uploadBytesPerMs: 1000,
} as const;

/** The archive of a package is stored and sent in parts of this size, which bounds what one of them keeps in memory or waiting. */
export const packagePartBytes = 64 * MiB;

/** Packages of one environment that a builder installs at the same time. */
export const packagesAtOnce = 4;

/**
 * How long a builder keeps packages that were sent to it, or that it was asked about, until an instance uses them: its start may wait for its
 * organization's turn.
 */
export const packagesExpectedMs = 10 * 60_000;

/** Packages that a builder compresses at the same time. Bounds its memory. */
export const packedAtOnce = 2;

/** Packages that a Worker stores or sends at the same time, and parts of each. */
export const packageTransfers = {
  packagesAtOnce: 2,
  partsAtOnce: 2,
  /** Rows that are written in one trip, or after this time: what has none is installed again if the worker dies. */
  rowsAtOnce: 20,
  rowsWithinMs: 5 * seconds,
} as const;

/** Attempts to send a builder the code of an instance: the builder may be replaced between receiving the code and starting it. */
export const sendAttempts = 3;

/** The reason of a crash. It can be a traceback, and begins with what matters. */
export const crashReasonChars = 500;
