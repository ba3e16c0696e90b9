// Defines every limit, lease, retention period, retry and timeout of the Worker, and those that the Worker and the builder both rely
// on. Each has its unit in its name, the reason for it, and what else depends on it.
//
// Elsewhere: limits of containers (contract/container-limits.ts), webhooks (contract/webhook-limits.ts), a builder's processes
// (builder/server/sandbox/process-limits.ts), archives and files (archive/limits.ts, scan/limits.ts), quotas (contract/quotas.ts), secrets and models
// (contract/secrets.ts, models.ts), vector stores (contract/vector-store.ts, vectors/) and requests to users' URLs (contract/egress.ts).

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;
const days = 24 * hours;

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
  /** One realtime call, and each of a plugin's own examples. */
  callMs: 30 * seconds,
  /** How long a call may continue after it is cancelled at `callMs`. Then its process is killed and restarted. */
  hangMs: 5 * seconds,
  /** How long a call waits for an instance that is starting, or restarting after a crash. */
  readyWaitMs: 10 * seconds,
  /**
   * How long a stopping instance lets the calls in progress finish, unless a call may take longer, and at most (`drainMsOf`, D47).
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
  /** Crashes of an instance that was ready for less than this count towards the automatic rollback. */
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
  /** Nesting of the JSON of a call's answer. */
  answerLevels: 500,
  /** Calls of one instance, running and waiting, and the total size of their bodies. Further calls get `instance-busy`. */
  callsInFlight: 512,
  callBytesInFlight: 64 * MiB,
  /** Processes of one instance (`num_replicas`). They share its memory. */
  replicasMax: 8,
  /** One PUT /blobs/{sha256}. Leaves room for an upload of 500 MiB, the archive of an environment, and a model. */
  blobBytes: 5 * GiB,
  /** Memory of an instance, with everything that it starts. */
  memoryBytes: 2 * GiB,
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
  logLineChars: 4096,

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
  /** Size of an unpacked environment. */
  environmentBytes: 2 * GiB,
  environmentFiles: 50_000,
  /** The text of a lock: about a thousand packages. */
  lockBytes: 4 * MiB,
  /** Environments on disk; the least recently used ones that no instance uses are removed beyond it. */
  environmentCacheBytes: 8 * GiB,
  /** Models on disk, by the same rule. */
  modelCacheBytes: 16 * GiB,
  /** Modules of Go plugins that stay on disk. The least recently used that no build reads are removed beyond it. */
  moduleCacheBytes: 8 * GiB,
} as const;

/** How long a stopping instance lets its calls finish: their whole time limit, within bounds (D47). */
export function drainMsOf({
  drainMs,
  drainMaxMs,
  callMs,
}: Record<'drainMs' | 'drainMaxMs' | 'callMs', number>): number {
  return Math.min(Math.max(drainMs, callMs), drainMaxMs);
}

/** The longest that a builder takes to exit after SIGTERM: two drains, then a margin to end its processes. */
export const shutdownMsMax = 2 * builderLimits.drainMaxMs + 20 * seconds;

/**
 * Leases on rows that one worker at a time may change (db/lease.ts). After `attemptsMax` claims a row is assumed to end its worker
 * every time, and fails for good.
 *
 * | user                  | renewed                      | when the lease is lost                                             |
 * |-----------------------|------------------------------|--------------------------------------------------------------------|
 * | upload                | by a timer and between files | another worker evaluates it again; the loser's result is discarded |
 * | deployment            | by a timer                   | the step under way ends; the next claim resumes at that step       |
 * | rescan                | between reads and files      | both workers store the same verdict; the loser postpones nothing   |
 * | artifact verification | never: outlasts a fetch      | the artifact is fetched again; the loser's result is discarded     |
 * | lane of a webhook     | with each look at what's due | undelivered events are sent again under the same `webhook-id`      |
 * | deploy hook           | by a timer                   | both workers continue the same upload, which only one can claim    |
 * | idempotency key       | never                        | a repeated request runs; the loser's response is not stored        |
 */
export const leases = {
  /**
   * A repeated confirm takes over from a dead worker after at most this long, while its client waits. Four renewals may fail before
   * the lease is lost.
   */
  upload: { leaseMs: 20 * seconds, renewEveryMs: 5 * seconds, attemptsMax: 8 },
  /** As for an upload: someone waits for the deployment. */
  deployment: { leaseMs: 20 * seconds, renewEveryMs: 5 * seconds, attemptsMax: 8 },
  /** Also the first wait after a failure. Waits double, so that eight attempts take two hours. */
  rescan: { leaseMs: 60 * seconds, renewEveryMs: 20 * seconds, attemptsMax: 8 },
  /** `artifactFetch.totalMs` and a minute for storing the result. */
  artifact: { leaseMs: 4 * minutes, attemptsMax: 8 },
  /** Renewed at least every `webhooks.lookEveryMs`, also while the receiver hangs. */
  webhook: { leaseMs: 15 * seconds },
  /** As for an upload, which a run of the hook continues. */
  deployHook: { leaseMs: 20 * seconds, renewEveryMs: 5 * seconds },
  /** A request that died blocks its key this long. */
  idempotencyKey: { leaseMs: 30 * seconds },
} as const;

/**
 * Sweeps look after work whose queue message was lost. Work that was touched more recently than this may still have its message on
 * the way. Cron runs the sweep every minute (wrangler.toml), `npm start` every 10 s.
 */
export const sweepGraceMs = 15 * seconds;

/** Cron trigger in wrangler.toml that collects logs, apart from that of the sweep, and its maximum run time. */
export const logsCron = '*/1 * * * *';
export const logsCronMs = 60 * seconds;

/** How long things are kept that nothing needs any more, or that may still be needed. Settings change some (retention.ts). */
export const retention = {
  /** Messages of the outbox after they were sent. */
  sentMessagesMs: 7 * days,
  /** Deliveries of webhooks after they ended. Must exceed `webhooks.recoverableMs`. */
  deliveriesMs: 30 * days,
  /** Pushes that deploy hooks received, after they ended. While one is kept, its delivery ID is known. */
  pushesMs: 30 * days,
  /** Deployments after they ended. */
  deploymentsMs: 90 * days,
  /** Rejected and expired uploads after they ended. */
  uploadsMs: 90 * days,
  /** Messages that could never succeed. */
  deadLettersMs: 90 * days,
  /** Events in the database. Must exceed `webhooks.recoverableMs`. */
  eventsMs: 400 * days,
  /** The lines of an instance's log after they were stored. */
  instanceLogsMs: 30 * days,
  /** Counted calls by hour. */
  trafficMs: 30 * days,
  /** Cached findings of a plugin that is not published. Losing them only costs a full scan. */
  cachedFindingsMs: 90 * days,
  /** The response stored for an Idempotency-Key. The API documents it. */
  idempotentResponsesMs: 24 * hours,
  /** The archive of a deleted version (D16), the copy of a yanked artifact, and a built artifact without a version. */
  deletedContentMs: 24 * hours,
  /** An object without a row that refers to it. No upload and no scan takes this long, so none will get its row later. */
  orphanedObjectsMs: 3 * days,
} as const;

export const uploadLimits = {
  /**
   * Uploads of one organization that the queue works on at the same time; the others wait. As `deploymentLimits.perOrganizationAtOnce`:
   * leaves workers to other organizations. Confirmations within a request count, but do not wait.
   */
  perOrganizationAtOnce: 4,
  /** How long after its URL expired an object that was uploaded in time can still be confirmed (D15). */
  confirmableMs: 24 * hours,
  /** Validity of a presigned upload URL when the request names none, and at most. The API documents both. */
  urlDefaultSeconds: 3600,
  urlMaxSeconds: 86_400,
  /** How long an install may take before it expires. */
  installMs: 24 * hours,
  /** Interval at which a confirm looks whether another one has finished. */
  pollMs: 200,
  /** `Retry-After` for a version whose upload is still being confirmed (D40). */
  pendingRetryAfterSeconds: 2,
  /**
   * Uploads without an announced size whose URLs are still valid, per namespace or organization. They reserve no storage, so only
   * their number is limited (D28).
   */
  unannouncedMax: 100,
  /** A multipart upload (D33). Larger archives need a presigned URL. */
  formBytes: 32 * MiB,
  /** Tolerance between the clocks of Worker and signer of a presigned URL. */
  presignClockSkewMs: 15 * minutes,
  /** Tolerance between the clocks of two workers that publish and release the same archive. */
  releaseClockSkewMs: 60 * seconds,
  /** Validity of a presigned download URL. */
  downloadUrlSeconds: 3600,
} as const;

export const rescanLimits = {
  /** Work on one queue message: publishing must not wait for rescans in the same queue. */
  sliceMs: 5 * seconds,
  sliceVersions: 100,
} as const;

/** Fetching the artifact of an agent plugin. Its size is limited by `uploadBytesMax` (archive/limits.ts). */
export const artifactFetch = {
  /** Times without a byte, and in all. `leases.artifact` must outlast the whole fetch. */
  stallMs: 15 * seconds,
  totalMs: 180 * seconds,
  redirectsMax: 5,
  /** How long a request waits for the result. */
  inlineMs: 25 * seconds,
  pollMs: 500,
  /** Waits after the first failed attempt, the second one, and so on. Then only a request verifies it again. */
  retryWaitsMs: [1 * minutes, 10 * minutes, 1 * hours, 6 * hours, 24 * hours],
  /** When a registration verifies in the request, the queue follows this much later, in case the request was cut off. */
  queueDelaySeconds: 30,
  /** A plugin whose artifact was requested within this time is in use: yanking it needs `force`. */
  inUseMs: 24 * hours,
  /** Requests are recorded at most this often for each plugin. */
  recordEveryMs: 1 * hours,
  /** Validity of the URL of a copy. */
  urlSeconds: 3600,
} as const;

export const deploymentLimits = {
  /** The lock of a version is a column, and D1 stores at most 2 MB in a row. A package takes 1 to 10 KB. */
  lockBytesMax: 1_500_000,
  /**
   * Deployments of one organization that are worked on at the same time; the others wait in the queue. Leaves workers to other
   * organizations when all of them hang: a queue runs 10 consumers locally and up to 250 on Cloudflare.
   */
  perOrganizationAtOnce: 4,
  /** For calls that were routed before an instance lost its last pointer (D9). Must exceed `serving.routeCacheMs`. Unlike `drainMs`. */
  pointerDrainMs: 30 * seconds,
  /** Wait before the second attempt; it doubles up to the maximum. The queue's other messages use the same waits. */
  backoffFirstSeconds: 10,
  backoffMaxSeconds: 600,
  /** The log of a step: its newest lines, and their total size. */
  stepLogLines: 500,
  stepLogChars: 100_000,
  /** A growing step log is written at most this often. */
  stepLogWriteEveryMs: 1 * seconds,
  /** How long an install request waits for the result at most. Less than clients wait. */
  installWaitMs: 90 * seconds,
  installPollMs: 150,
  /** `Retry-After` for a plugin that is being built or deployed, and does not answer calls yet (D64). */
  buildingRetryAfterSeconds: 5,
  /** Versions that one request undeploys, in one batch of D1. The client repeats the request for the rest. */
  undeployAtOnce: 20,
  /** Plugins per sweep whose surplus versions are undeployed for a worker that died (`keep_live_versions`). */
  limitedAtOnce: 20,
} as const;

/** The Worker's requests to a builder, in addition to the times that the builder itself keeps to. */
export const builderRequests = {
  /** A request for which the builder has no limit of its own. */
  timeoutMs: 30 * seconds,
  /** A status that is only displayed. A busy machine takes seconds to answer, and its instances run. */
  statusMs: 5 * seconds,
  /** Interval of retries while the builder restarts. */
  retryEveryMs: 250,
  /** The slowest transfer of an archive. */
  uploadBytesPerMs: 1000,
} as const;

export const serving = {
  /** Routes are cached this long in each isolate (D10). Shorter than `deploymentLimits.pointerDrainMs`. */
  routeCacheMs: 1 * seconds,
  routeCacheSize: 10_000,
  /** `Retry-After` when a plugin has as many calls in progress as it may. */
  busyRetryAfterSeconds: 1,
} as const;

/** Following a deployment or a log by server-sent events. */
export const following = {
  /** After this time the stream ends and the client reconnects from its last position. */
  streamMs: 5 * minutes,
  /** Interval of comments that keep an idle connection open. */
  heartbeatMs: 15 * seconds,
  /** How long a client waits before it reconnects. */
  reconnectMs: 1 * seconds,
  /** Interval of queries for a deployment's changes: the first while it changes, up to the second while it does not. */
  pollMinMs: 250,
  pollMaxMs: 2 * seconds,
  /** Interval of requests for new log lines, and how many of them before the route is looked up again. */
  logPollMs: 1 * seconds,
  logPollsPerLookup: 5,
} as const;

export const deployHooks = {
  /** The body of a request to a hook. */
  bodyBytes: 1 * MiB,
  /** Requests that one hook accepts in a minute. Each is a row until `retention.pushesMs` is over. */
  pushesPerMinute: 600,
  windowMs: 60 * seconds,
  /** Tolerance of a signed timestamp (Standard Webhooks). */
  timestampToleranceMs: 5 * minutes,
  /** Waits after the first fetch that failed for a reason that may pass, and so on. Then the push fails. */
  retryWaitsMs: [10 * seconds, 60 * seconds, 5 * minutes],
  /** When to look again at a push whose upload another worker holds. */
  lookAgainSeconds: 2,
} as const;

export const apiLimits = {
  /** Period of the rate limit: `simple.period` in wrangler.toml. */
  rateLimitPeriodSeconds: 60,
  /** Wrong admin tokens and keys of an address per period and isolate. Wrong keys are only counted where there is a rate limit. */
  failedAttempts: 40,
  /** Addresses whose failures an isolate counts separately. Bounds its memory. */
  failedAddresses: 10_000,
  /** Nesting of a JSON body. Python's parser and JavaScript's own JSON.stringify support more. */
  jsonLevels: 500,
  /** JSON bodies by route. A call of a plugin may have `builderLimits.callBytes`. */
  uploadRequestBytes: 256 * KiB,
  enableBytes: 256 * KiB,
  agentPluginBytes: 256 * KiB,
  agentConfigBytes: 16 * KiB,
  rollbackBytes: 64 * KiB,
  reconfigureBytes: 64 * KiB,
  /** Bodies and responses of requests with an Idempotency-Key. A form needs room around `uploadLimits.formBytes`. */
  idempotentJsonBytes: 8 * MiB,
  idempotentFormBytes: 33 * MiB,
  idempotentResponseBytes: 256 * KiB,
  /** `Retry-After` when the first request of an Idempotency-Key is still running. */
  idempotencyRetryAfterSeconds: 1,
  /** Offset of a page, for clients that page by offset. */
  offsetMax: 1_000_000,
} as const;
