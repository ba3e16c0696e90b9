// Defines a builder's limits, on which the Worker also relies: instances, calls, fetches, builds and environments; and the timeouts of
// the Worker's requests to it. builder/server/sandbox/process-limits.ts limits each of a builder's processes.
import { logLineChars } from './logs.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const seconds = 1000;
const minutes = 60 * seconds;

/** A stream value's cost in the window on top of its bytes, so that small values are limited too. */
export const streamValueCost = 64;

/** Builder limits. The Worker assumes these values, even if a builder runs with other values (BUILDER_LIMITS). */
export const builderLimits = {
  // Starting, calling and stopping an instance

  /** Concurrent instances per builder. The sandbox `vm` has one. */
  instancesMax: 1000,
  /** Concurrent organizations per builder. The sandbox `landlock` has one. */
  organizationsMax: 1000,
  /** Concurrent instance starts per organization; further ones wait. */
  startsPerOrganization: 4,
  /** Time from PUT /instances/{id} to `ready` or `failed`. The Worker waits twice as long. */
  startMs: 30 * seconds,
  /** Added per GiB of packages. sentence-transformers, with 5.6 GiB, took 46 s to import on two busy cores. */
  startMsPerGiB: 15 * seconds,
  /** Time limit of a realtime call, and of each of a plugin's own examples. */
  callMs: 30 * seconds,
  /**
   * The longest time that a plugin may ask for a later call (`later_timeout_s`). Its queue consumer ends after 15 minutes and may start
   * calls during the first `laterCalls.beginsMs`.
   */
  laterCallMsMax: 12 * minutes,
  /** How long a call may continue after it is cancelled at `callMs`. Then its process is killed and restarted. */
  hangMs: 5 * seconds,
  /** How long a call waits for an instance that is starting, or restarting after a crash. */
  readyWaitMs: 10 * seconds,
  /**
   * How long a stopping instance lets calls in progress finish, unless a call may take longer, and the maximum (`drainTimeoutMs`, D47).
   * `rollout_active_grace_period` in wrangler.toml must cover `shutdownMsMax`.
   */
  drainMs: 30 * seconds,
  drainMaxMs: 120 * seconds,
  /** An instance without a call for this long is stopped; the next call starts it again. A container sleeps after the same time. */
  idleMs: 15 * minutes,
  /** Idle time for an instance whose version is not live: such versions cost nothing while they sleep (D39). */
  standbyIdleMs: 60 * seconds,
  /** An instance that needn't stay awake may sleep for another one that needs its GPUs after this time without a call. */
  gpuRestMs: 60 * seconds,
  /** Crashes within this time after an instance became ready count toward the automatic rollback. */
  earlyMs: 60 * seconds,
  /** Interval of health pings to an executable. After two unanswered pings, its process is killed and restarted. */
  pingMs: 10 * seconds,
  /** How long a message from a plugin's process may stay incomplete. Then the process is killed and restarted. */
  partialMs: 10 * seconds,
  /** How long the Worker retries while a builder refuses connections because it is restarting. */
  reconnectMs: 10 * seconds,
  /** Minimum time that a builder remembers the ID of an ended call. Must exceed `reconnectMs`. */
  callMemoryMs: 15 * seconds,

  /** Interval between attempts to empty the quarantine. */
  quarantineRetryMs: 10 * minutes,

  // Sizes and counts of calls, archives and logs

  /** Body of a realtime call as its caller sends it, and its result. */
  callBytes: 8 * MiB,
  /** Room for what the Worker adds to a call's body: its deployment's parameters (`apiLimits.enableBytes`), names and brackets. */
  callAddedBytes: 257 * KiB,
  /** Duration of a stream, from its call to its end. Its first value must arrive within the call's time limit. */
  streamMs: 12 * minutes,
  /** Size of one stream value, and of all values together. */
  streamValueBytes: 256 * KiB,
  streamBytes: 64 * MiB,
  /** How far a stream may be ahead of its reader. The next value is yielded once at most this much is unread. */
  streamWindowBytes: 256 * KiB,
  /** Nesting depth of a response's JSON, and of a stream value. */
  answerLevels: 500,
  /** An instance's calls, running and waiting, and their total body size. Further calls get `instance-busy`. */
  callsInFlight: 512,
  callBytesInFlight: 64 * MiB,
  /** Processes per instance (`num_replicas`). They share the instance's memory. */
  replicasMax: 8,
  /** Size of one PUT /blobs/{sha256}. Covers an upload of 500 MiB, and a model. */
  blobBytes: 5 * GiB,
  /** Memory of an instance, including everything it starts. */
  memoryBytes: 2 * GiB,
  /** An instance that uses more leaves its shared container (decision 108). Set only for such containers. */
  sharedBytes: Number.POSITIVE_INFINITY,
  /** A storage plugin's data folder, which outlives its instances. */
  dataBytes: 512 * MiB,
  dataFiles: 65_536,
  /** Log lines of a start or build, and of one response with an instance's lines. */
  logLines: 1000,
  /** A log chunk ends, and is stored, at this size or age. A killed builder loses at most this much. */
  logChunkBytes: 64 * KiB,
  logChunkMs: 10 * seconds,
  /** Newest log chunks held per instance. If a plugin exceeds its rate, the oldest are dropped. */
  logChunksHeld: 64,
  /** One chunk may be stored this often on average, with bursts of `logChunksHeld`. Bounds the cost of a plugin's output. */
  logChunkEveryMs: 4 * seconds,
  /** Chunks to store that one request returns. */
  logChunksAtOnce: 100,
  /** One log line; longer lines are truncated. */
  logLineChars,

  // Fetching a Git source

  /** Time from POST /sources to its response. */
  fetchMs: 120 * seconds,
  /** Concurrent fetches; further requests wait. */
  fetchesAtOnce: 8,
  fetchesPerOrganization: 4,
  /** Size of the pack that Git downloads. */
  fetchBytes: 64 * MiB,
  /** Unpacked size of all files in the commit, and their number. */
  sourceBytes: 128 * MiB,
  sourceFiles: 1_000,

  // Building a Go plugin

  /**
   * Time limit of one build, excluding the wait for a slot. The first build takes minutes on a busy machine, since it yields to calls.
   */
  buildMs: 900 * seconds,
  /** Concurrent builds; further requests wait. */
  buildsAtOnce: 4,
  buildsPerOrganization: 2,
  /** Time limits of a build's steps: module download and compilation. */
  downloadMs: 120 * seconds,
  compileMs: 600 * seconds,
  /** Memory of a build (without control groups, of each process), and CPU time of each process. */
  buildMemoryBytes: 8 * GiB,
  buildCpuSeconds: 240,
  /** Analyzing what a built program can reach takes seconds. Large modules may take a minute on a busy machine. */
  analysisMs: 600 * seconds,
  analysesAtOnce: 2,
  analysesPerOrganization: 1,
  analysisMemoryBytes: 4 * GiB,
  analysisCpuSeconds: 240,
  /** Size of the executable, and of every other file that a build writes. */
  artifactBytes: 256 * MiB,
  /** Length of a failed build's error message; longer ones are truncated. */
  buildMessageChars: 64 * KiB,

  // Resolving and installing the packages that a Python plugin depends on

  /** Time limit of resolving or installing, excluding the wait for a slot. Large packages take minutes to download. */
  environmentMs: 600 * seconds,
  /** Concurrent resolutions and installations; further requests wait. */
  environmentsAtOnce: 4,
  /** Concurrent installations per organization, so one organization's large packages leave slots to others. */
  environmentsPerOrganization: 2,
  /** Total unpacked size of an environment's packages. In a container, three quarters of its disk (`environmentBytesMax`). */
  environmentBytes: 10 * GiB,
  environmentFiles: 200_000,
  /** Size of a lock's text: about a thousand packages. */
  lockBytes: 4 * MiB,
  /** Size of packages on disk. Beyond it, the least recently used environments without an instance are removed. */
  environmentCacheBytes: 20 * GiB,
  /** Size of models on disk, with the same eviction rule. */
  modelCacheBytes: 16 * GiB,
  /** Size of Go plugins' modules on disk. Beyond it, the least recently used modules that no build is reading are removed. */
  moduleCacheBytes: 8 * GiB,
} as const;

/** Returns how long an instance with these packages may take to start. */
export function startLimitMs(limits: Record<'startMs' | 'startMsPerGiB', number>, environmentBytes: number): number {
  return limits.startMs + Math.round((limits.startMsPerGiB * environmentBytes) / GiB);
}

/** Returns how long a stopping instance lets its calls finish: their full time limit, within bounds (D47). */
export function drainTimeoutMs({
  drainMs,
  drainMaxMs,
  callMs,
}: Record<'drainMs' | 'drainMaxMs' | 'callMs', number>): number {
  return Math.min(Math.max(drainMs, callMs), drainMaxMs);
}

/** Longest time that a builder takes to exit after SIGTERM: two drains, plus a margin to end its processes. */
export const shutdownMsMax = 2 * builderLimits.drainMaxMs + 20 * seconds;

/** How long the builder tries one part of the machine. A machine that is merely busy must not look like one that lacks the part. */
export const probeMs = 60 * seconds;

/** Timeouts of the Worker's requests to a builder, on top of the builder's own. */
export const builderRequests = {
  /** For requests without a limit in the builder. */
  timeoutMs: 30 * seconds,
  /** For a status that is only displayed. A busy machine takes seconds to respond while its instances run. */
  statusMs: 5 * seconds,
  /** Interval of retries while the builder restarts. */
  retryEveryMs: 250,
  /** Interval of empty lines that keep a silent event stream open. */
  heartbeatMs: 15 * seconds,
  /** Slowest accepted archive transfer. */
  uploadBytesPerMs: 1000,
} as const;

/** Part size for storing and sending package archives, which bounds memory and waiting per part. */
export const packagePartBytes = 64 * MiB;

/** Packages of one environment that a builder installs concurrently. */
export const packagesAtOnce = 4;

/**
 * How long a builder keeps packages that were sent to it or queried, until an instance uses them. That instance may have to wait for
 * its organization's turn.
 */
export const packagesExpectedMs = 10 * 60_000;

/** Packages that a builder compresses concurrently, in total and for one organization; others wait. Bounds its memory. */
export const packing = { atOnce: 2, perOrganization: 1 } as const;

/** Packages that a Worker stores or sends concurrently, and parts of each. */
export const packageTransfers = {
  packagesAtOnce: 2,
  partsAtOnce: 2,
  /** Rows written per round trip, or after this time. A package without a row is installed again if the worker dies. */
  rowsAtOnce: 20,
  rowsWithinMs: 5 * seconds,
} as const;

/** Attempts to send a builder an instance's code, since the builder may be replaced between receiving and starting it. */
export const sendAttempts = 3;

/** Length of a crash reason. It may be a traceback, most important part first. */
export const crashReasonChars = 500;

/** Bounds on finding out what Go programs reach, in one sweep. */
export const reachLimits = {
  versionsAtOnce: 5,
  /** Advisories per version. */
  rowsAtOnce: 50,
  /** Time to wait for an analysis of a version that has none. */
  waitMs: 20 * seconds,
} as const;

/** How a Worker with several builders watches them, and moves instances between them (decision 137). */
export const poolLimits = {
  /** How often an isolate with requests reads the list of builders, and checks their health. */
  listEveryMs: 10 * seconds,
  checkEveryMs: 1 * seconds,
  /** Age from which a check is awaited before a builder is chosen. With two late checks, it stays below 10 s until a builder is avoided. */
  staleMs: 5 * seconds,
  /** Late answers in succession (`readiness.partMs`) from which a builder is down. A refused connection counts at once. */
  lateChecks: 2,
  /**
   * Checks of a builder while a call waits for its answer: interval, and misses in succession that end the wait. It ends within 17 s, and
   * would take 50 without the checks.
   */
  callCheckMs: 5 * seconds,
  callMisses: 3,
  /** Free memory and disk of a builder with room for further instances. */
  roomMemoryBytes: 256 * MiB,
  roomDiskBytes: 1 * GiB,
  /** Instances whose builder an isolate remembers. */
  homes: 10_000,
  /** Instances that an isolate moves at a time, the longest that a move counts, and the wait after a failed one. */
  movesAtOnce: 4,
  moveMs: 60 * seconds,
  moveAgainMs: 5 * seconds,
  /** Silence after which the sweep gives a builder up. */
  lostMs: 30 * seconds,
  /** How long an instance of a draining builder has had no call when it is stopped. */
  drainedIdleMs: 5 * seconds,
} as const;

/** Builders that operators add. Every list of builders asks each of them. */
export const builderListLimits = {
  addedMax: 32,
  urlCharsMax: 500,
} as const;

/** Measuring how long instances are awake (contract/builder/reports.ts). */
export const awakeLimits = {
  /** An instance that stays awake is counted this often. A builder that is lost loses at most this much of its time. */
  countedEveryMs: 300_000,
  /** Instances in one report. */
  reportedAtOnce: 500,
  /** Reports that a sweep counts. */
  reportsOfSweep: 4,
  /** Ended instances that a builder keeps until they are counted. */
  keptMax: 10_000,
} as const;
