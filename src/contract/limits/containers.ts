// Defines the times and intervals of containers: their start, health checks, sleep and end. Also the limits of Ray clusters.

const seconds = 1000;
const minutes = 60 * seconds;

/** A container with one instance, or with the builds. It sleeps after `builderLimits.idleMs`, or `standbyIdleMs`. */
export const containerLimits = {
  /** A use postpones the sleep at most this often, or every quarter of the idle time: setting an alarm is a write. */
  postponeEveryMs: 60 * seconds,
  /** How much longer than `idleMs` the runtime keeps a container whose alarm was lost. */
  lostAlarmMs: 5 * minutes,
  /** Health checks of a starting container: their interval, and the timeout of each. */
  pollMs: 100,
  checkMs: 2 * seconds,
  /** How long a new container may take to answer. A published benchmark has 1.7 s for half of them, 24 s for 95 of 100, and 47 s at most. */
  coldStartMs: 2 * minutes,
  /** How long a container may take to answer that was already running when its Durable Object was created. */
  adoptMs: 10 * seconds,
  /**
   * Health checks while requests are in progress, and after a failed one: their interval, and the timeout of each. One that gets no
   * answer ends the container. So a container that hangs is replaced after at most their sum.
   */
  watchEveryMs: 3 * seconds,
  watchMs: 5 * seconds,
  watchBuildsMs: 30 * seconds,
  /** Time until a container whose end was not confirmed is forgotten. */
  destroyMs: 5 * seconds,
  /**
   * How often to store new lines of a busy container. Full chunks are stored with the call that finds them. A lost container takes at
   * most this much of its log with it. A quiet one is asked less often.
   */
  keepLogEveryMs: 10 * seconds,
  keepQuietLogEveryMs: 60 * seconds,
  /** How long the Durable Object of a deployment that was taken back refuses to start it. Must exceed `nearestLimits.staleIfErrorMs`. */
  takenBackMs: 5 * minutes,
  /** How long the response about a failed container has to leave its Durable Object, before that is created again. */
  resetDelayMs: 100,
  /**
   * How long a container is not started again whose image is of another release. The wait doubles with each failed start, so that the right
   * image is found within a minute, and calls start no container each.
   */
  mismatchFirstMs: 10 * seconds,
  mismatchMaxMs: 60 * seconds,
  /** An event reports at most this often that a deployment's instance found no free container. */
  noCapacityEventMs: 5 * minutes,
  /** `Retry-After` when no container is free, or one could not be started. */
  retryAfterSeconds: 10,
} as const;

/** Limits of a plugin that shares a container with others of its organization (deploy/packing). */
export const packingLimits = {
  /** The most that it may declare. One that uses more moves out. */
  instanceMiB: 256,
  /** One that declares nothing used less than this when it was verified. */
  verifiedMiB: 128,
  /** It is ended when it uses more before it has moved out: as much as it has in the smallest container for plugins that declare nothing. */
  memoryMiB: 896,
  /** Its packages. As many as fit beside each other take less than the disk of their container. */
  environmentBytes: 384e6,
} as const;

/** Memory that the builder's server takes of a container. 70 MiB were measured, with one instance. */
export const serverMemoryMiB = 128;

/** Ray clusters (docs/ray.md). */
export const clusterLimits = {
  /** A search for a cluster reads all of them. */
  perInstallationMax: 20,
  /** Organizations that one cluster is trusted for, unless it is for all. Each gets an event in the batch of the change. */
  organizationsMax: 10,
  urlCharsMax: 500,
  tokenCharsMax: 4096,
  requestBytes: 32 * 1024,
  /** One request to a dashboard, of which a check makes two. A dashboard that has just started takes 10 s for its first answer. */
  requestMs: 20_000,
  /** A dashboard's list of applications has the details of every replica. */
  answerBytesMax: 4 * 1024 * 1024,
  /** Names of other applications that a message lists. */
  namedApplicationsMax: 5,
  /** A request that changes something. The first one starts Ray Serve. */
  writeMs: 60_000,
  /** How often a writer of the applications' list tries again, because another one wrote at the same time. */
  writesMax: 8,
  /** How long a writer waits for another one, and how often it looks. */
  writeWaitMs: 60_000,
  writeLookMs: 200,
  /** Lines of each replica's log. */
  logLines: 5000,
  /** How often each cluster is checked, and how many at most by one sweep. */
  checkEveryMs: 300_000,
  checkedAtOnce: 4,
} as const;

/** Plugins on Ray clusters. */
export const rayLimits = {
  /** The archive of a plugin. It is held in memory six times over while it is packed and sent, and an isolate has 128 MB. */
  archiveBytes: 8 * 1024 ** 2,
  packageTimes: 6,
  /** Time until an application runs, with the installation of its packages. */
  startMs: 10 * minutes,
  /** How long a replica waits for a node that has what it asks for, which an autoscaler may have to add. */
  scheduleMs: 3 * minutes,
  /** How often a start looks at the application. */
  lookMs: 500,
  /** How long an isolate uses what it has read of an application. */
  usedMs: 10 * seconds,
  /** Calls that a replica runs at a time, if the manifest does not say it. Further ones wait in Ray. */
  concurrency: 100,
  /** How long a replica that ends lets its calls finish. */
  drainSeconds: 60,
  /** The same, for a process of a run, whose rows are done again. */
  rowsDrainSeconds: 2,
  /** How long chunks wait before a run gets a further process, and how long one waits without rows before it ends. */
  rowsUpSeconds: 1,
  rowsDownSeconds: 60,
  /** Batches of a run are sent together until a call takes so long, and at most so many: a request of Ray Serve takes some milliseconds. */
  rowsTogetherMs: 500,
  rowsTogetherMax: 512,
  /** How long rows wait for a process that takes them, while those that there are end, and how often they are sent again. */
  rowsWaitMs: 60 * seconds,
  rowsAgainMs: 500,
  /** A process that ends fails all of its calls. What fails sooner after a crash than this is counted with it. */
  crashesApartMs: 1 * seconds,
  /** The end of what Ray says of a failure. */
  messageChars: 2000,
} as const;
