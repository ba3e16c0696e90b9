// Defines the timeouts and intervals of containers: start, health checks, sleep and end.

const seconds = 1000;
const minutes = 60 * seconds;

/** A container with one instance, or with builds. It sleeps after `builderLimits.idleMs`, or `standbyIdleMs`. */
export const containerLimits = {
  /** Each use postpones the sleep, at most this often or every quarter of the idle time, since setting an alarm is a write. */
  postponeEveryMs: 60 * seconds,
  /** How much longer than `idleMs` the runtime keeps a container whose alarm was lost. */
  lostAlarmMs: 5 * minutes,
  /** Health checks of a starting container: interval and timeout. */
  pollMs: 100,
  checkMs: 2 * seconds,
  /**
   * How long a new container may take to respond. A published benchmark measured 1.7 s at the median, 24 s at the 95th percentile, and
   * 47 s at most.
   */
  coldStartMs: 2 * minutes,
  /** How long a container may take to respond if it was already running when its Durable Object was created. */
  adoptMs: 10 * seconds,
  /**
   * Health checks during requests, and after a failed check: interval and timeout. An unanswered check ends the container, so a hanging
   * container is replaced after at most their sum.
   */
  watchEveryMs: 3 * seconds,
  watchMs: 5 * seconds,
  watchBuildsMs: 30 * seconds,
  /** A container whose end was not confirmed is forgotten after this time. */
  destroyMs: 5 * seconds,
  /**
   * How often to store a busy container's new lines; quiet containers are polled less often. Full chunks are stored with the call that
   * finds them. A lost container loses at most this much of its log.
   */
  keepLogEveryMs: 10 * seconds,
  keepQuietLogEveryMs: 60 * seconds,
  /** How long a taken-back deployment's Durable Object refuses to start it. Must exceed `nearestLimits.staleIfErrorMs`. */
  takenBackMs: 5 * minutes,
  /** How long a container-failure response gets to leave its Durable Object before the object is recreated. */
  resetDelayMs: 100,
  /**
   * How long to wait before restarting a container with another release's image. Doubles with each failed start, so the right image is
   * found within a minute without a container start per call.
   */
  mismatchFirstMs: 10 * seconds,
  mismatchMaxMs: 60 * seconds,
  /** Events report at most this often that a deployment's instance found no free container. */
  noCapacityEventMs: 5 * minutes,
  /** `Retry-After` when no container is free or one could not start. */
  retryAfterSeconds: 10,
} as const;

/** Limits of a plugin that shares a container with others in its organization (rollouts/packing). */
export const packingLimits = {
  /** The most that the plugin may declare. If it uses more, it moves out. */
  instanceMiB: 256,
  /** A plugin that declares nothing must have used less than this during verification. */
  verifiedMiB: 128,
  /**
   * Memory above which the plugin is killed if it has not moved out yet: what the smallest container gives a plugin that declares no
   * memory.
   */
  memoryMiB: 896,
  /** Size of its packages. All plugins that fit in a container together take less than its disk. */
  environmentBytes: 384e6,
} as const;

/** Memory of the builder's server in a container. Measured: 70 MiB with one instance. */
export const serverMemoryMiB = 128;
