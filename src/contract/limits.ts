// Defines the limits that the Worker and the builder both rely on. A builder may run with other numbers (BUILDER_LIMITS); the Worker
// always assumes these. Limits of a single process are in builder/server/sandbox/process-limits.ts.

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const seconds = 1000;
const minutes = 60 * seconds;

export const builderLimits = {
  // Starting, calling and stopping an instance

  /** From PUT /instances/{id} to `ready` or `failed`. The Worker waits twice as long. */
  startMs: 30 * seconds,
  /** One realtime call, and each of a plugin's own examples. */
  callMs: 30 * seconds,
  /** How long a call may continue after it is cancelled at `callMs`. Then its process is killed and restarted. */
  hangMs: 5 * seconds,
  /** How long a call waits for an instance that is starting, or restarting after a crash. */
  readyWaitMs: 10 * seconds,
  /** How long a stopping instance lets the calls in progress finish. */
  stopGraceMs: 30 * seconds,
  /** An instance that gets no call for this long is stopped; the next call starts it again. A container sleeps after the same time. */
  idleMs: 15 * minutes,
  /** Interval of health pings to an executable. After two unanswered pings its process is killed and restarted. */
  pingMs: 10 * seconds,
  /** How long the Worker retries while a builder refuses connections because it is restarting. */
  reconnectMs: 10 * seconds,

  // Sizes and counts of calls, archives and logs

  /** The body of a realtime call, and its result. */
  callBytes: 8 * MiB,
  /** Calls of one instance, running and waiting, and the total size of their bodies. Further calls get `instance-busy`. */
  callsInFlight: 512,
  callBytesInFlight: 64 * MiB,
  /** One PUT /blobs/{sha256}. Leaves room for an upload of 500 MiB. */
  blobBytes: 512 * MiB,
  /** Address space of each process that runs a plugin. */
  memoryBytes: 2 * GiB,
  /** The newest log lines that an instance keeps. */
  logLines: 1000,
  /** One log line; longer lines are truncated. */
  logLineChars: 4096,

  // Fetching a Git source

  /** From POST /sources to its response. */
  fetchMs: 120 * seconds,
  /** Fetches that run at the same time; further requests wait. */
  fetchesAtOnce: 4,
  /** The pack that Git downloads. */
  fetchBytes: 64 * MiB,
  /** All files of the commit, unpacked, and how many there are. */
  sourceBytes: 128 * MiB,
  sourceFiles: 1_000,

  // Building a Go plugin

  /** One build, without the time it waits for a slot. */
  buildMs: 300 * seconds,
  /** Builds that run at the same time; further requests wait. */
  buildsAtOnce: 2,
  /** Steps of a build: downloading modules, and the compiler. */
  downloadMs: 120 * seconds,
  compileMs: 120 * seconds,
  /** Address space and processor time of each process of a build. */
  buildMemoryBytes: 8 * GiB,
  buildCpuSeconds: 240,
  /** The executable, and every other file that a build writes. */
  artifactBytes: 256 * MiB,
  /** The error message of a failed build; the rest is truncated. */
  buildMessageChars: 64 * KiB,
} as const;
