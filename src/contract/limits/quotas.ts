// Lists the resources with an organization quota, and the default limits. Operators can set other limits per organization.

const MiB = 1024 * 1024;

export const quotaResources = [
  'plugins_per_namespace',
  'stored_bytes',
  'live_deployments',
  'instances',
  'warm_instances',
  'keys',
  'namespaces',
  'webhook_endpoints',
  'model_uploads',
  'log_bytes_per_day',
  'parallel_runs',
  'parallel_later_calls',
  'queued_later_calls',
  'unfinished_runs',
] as const;
export type QuotaResource = (typeof quotaResources)[number];

/** Builds an object with a field per resource, written out so that its type has them. */
export function perResource<Value>(of: (resource: QuotaResource) => Value) {
  return {
    plugins_per_namespace: of('plugins_per_namespace'),
    stored_bytes: of('stored_bytes'),
    live_deployments: of('live_deployments'),
    instances: of('instances'),
    warm_instances: of('warm_instances'),
    keys: of('keys'),
    namespaces: of('namespaces'),
    webhook_endpoints: of('webhook_endpoints'),
    model_uploads: of('model_uploads'),
    log_bytes_per_day: of('log_bytes_per_day'),
    parallel_runs: of('parallel_runs'),
    parallel_later_calls: of('parallel_later_calls'),
    queued_later_calls: of('queued_later_calls'),
    unfinished_runs: of('unfinished_runs'),
  };
}

/** Holders of stored bytes (the quota `stored_bytes`). */
export const byteHolders = ['archives', 'models', 'artifacts', 'runs', 'later_calls', 'logs'] as const;
export type ByteHolder = (typeof byteHolders)[number];

/** Byte counters, in the order of their holders. */
export const byteCounters = [
  'archive_bytes',
  'model_bytes',
  'artifact_bytes',
  'run_bytes',
  'later_call_bytes',
  'log_bytes',
] as const;

/** Resources with counters (db/schema/access.ts). */
export const countedResources = [
  /** An owner's plugins with an active version. */
  'plugins',
  /** An owner's versions of extractors. */
  'extractor_versions',
  /** The organization's versions that a namespace has enabled and can see. */
  'enabled_versions',
  /** A plugin's versions. */
  'plugin_versions',
  // Per organization
  'versions',
  ...byteCounters,
  'live_plugins',
  /** Keys that are not revoked and never expire. */
  'lasting_keys',
] as const;
export type CountedResource = (typeof countedResources)[number];

interface QuotaSpec {
  /** Limit of an organization without its own setting. */
  fallback: number;
  /** The subject of the message, unless it is the organization: "This namespace has 10 of 10 plugins. Delete …" */
  where?: string;
  what: string;
  /** True if the amount is in bytes. */
  isBytes?: true;
  /** For a quota that frees up over time: requests beyond it get 429 and may be retried after this many seconds. */
  retryAfterSeconds?: number;
  /** Names what is rejected or left out at the limit. */
  whenFull: string;
  /** How to free some of the resource: an instruction with the command or request. */
  remedy: string;
}

export const quotaTable: Record<QuotaResource, QuotaSpec> = {
  /** Distinct names with an accepted version. Further versions of a name cost nothing (D32). */
  plugins_per_namespace: {
    fallback: 10,
    where: 'This namespace',
    what: 'plugins',
    whenFull: 'publishing a plugin with a new name is refused; new versions of plugins are not',
    remedy: 'Delete every version of a plugin you no longer need: `slipway delete NAME --all`',
  },
  /**
   * Everything that the store holds for the organization, including reservations. `holderTable` lists what that is and how to free it.
   */
  stored_bytes: {
    fallback: 100 * 2 ** 30,
    what: 'stored bytes',
    isBytes: true,
    whenFull: 'requests that store more are refused, runs fail, and further log lines are not stored',
    remedy: 'Delete versions, models and agent plugins you no longer need, or cancel runs and later calls',
  },
  /**
   * Names that serve realtime calls in a namespace, or are being deployed to. Further live versions of a name cost nothing: their
   * instances sleep (D39).
   */
  live_deployments: {
    fallback: 50,
    what: 'live plugins',
    whenFull: 'deploying a plugin that is not live is refused; new versions of live plugins are not',
    remedy: 'Undeploy every version of a plugin you no longer call: `slipway undeploy NAME --keep 0`',
  },
  /** Total number of instances that live plugins may have, if they set a maximum. */
  instances: {
    fallback: 64,
    what: 'instances that its plugins may have',
    whenFull:
      'deploying a plugin that may have several instances is refused; redeploying it with the same number is not',
    remedy:
      'Lower `max` of `serve_config["instances"]` in manifest.py, or undeploy such a plugin: `slipway undeploy NAME --keep 0`',
  },
  /** Instances of those plugins that always stay awake. */
  warm_instances: {
    fallback: 4,
    what: 'instances that stay awake',
    whenFull: 'deploying a plugin that keeps instances awake is refused; redeploying it with the same number is not',
    remedy:
      'Lower `min` of `serve_config["instances"]` in manifest.py, or undeploy such a plugin: `slipway undeploy NAME --keep 0`',
  },
  /** Keys that are neither revoked nor expired. */
  keys: {
    fallback: 100,
    what: 'active keys',
    whenFull: 'creating a key is refused',
    remedy: 'Revoke a key you no longer use: `slipway keys revoke KEY`',
  },
  namespaces: {
    fallback: 100,
    what: 'namespaces',
    whenFull: 'creating a namespace is refused',
    remedy: 'Delete a namespace you no longer need: `slipway namespaces delete NAME`',
  },
  webhook_endpoints: {
    fallback: 50,
    what: 'webhooks',
    whenFull: 'creating a webhook is refused',
    remedy: 'Delete a webhook you no longer need: `slipway webhooks delete ENDPOINT`',
  },
  /** URLs to which model content may be uploaded. */
  model_uploads: {
    fallback: 20,
    what: 'open model uploads',
    whenFull: 'requesting another upload is refused',
    remedy:
      "Confirm finished uploads, or delete one by its model's name: `slipway models delete NAME`. Others expire after 24 hours",
  },
  /** Instance log lines stored per UTC day. Further lines are dropped, and the log says so. */
  log_bytes_per_day: {
    fallback: 2 ** 30,
    what: 'bytes of logs today',
    isBytes: true,
    whenFull: 'further lines are shown while they are new, but not stored',
    remedy: 'Print less, or wait for 00:00 UTC: until then, lines are shown while they are new, but not stored',
  },
  /** Processes that work on the organization's runs. Further chunks wait; nothing is rejected. */
  parallel_runs: {
    fallback: 8,
    what: 'processes for runs',
    whenFull: 'further rows wait until a process is free',
    remedy: 'Wait for a run to end, or cancel one: `slipway runs cancel RUN`',
  },
  /** Concurrently running calls with `Prefer: respond-async`. */
  parallel_later_calls: {
    fallback: 10,
    what: 'running later calls',
    whenFull: 'further ones wait for their turn',
    remedy: 'Wait, or cancel one you no longer need: `slipway calls cancel CALL`',
  },
  /** Queued calls. Their bodies count as stored bytes. */
  queued_later_calls: {
    fallback: 20_000,
    what: 'queued later calls',
    retryAfterSeconds: 10,
    whenFull: 'further ones are refused until some have started',
    remedy: 'Send it again later, or cancel some you no longer need: `slipway calls cancel CALL`',
  },
  /** Runs from their creation to their end, including those still waiting for their input. */
  unfinished_runs: {
    fallback: 200,
    what: 'unfinished runs',
    retryAfterSeconds: 60,
    whenFull: 'creating a run is refused until one has ended',
    remedy: 'Wait for one to end, or cancel one: `slipway runs cancel RUN`',
  },
};

export const budgetLimits = {
  /** Shares of a budget, in percent, whose reaching is an event. */
  thresholds: [50, 80, 100],
  /** How often each budget is compared with what is spent. */
  checkEveryMs: 60_000,
  /** A sweep leaves the other budgets to the next after this many of an invocation's 1,000 statements. A budget takes 1 to 20. */
  statementsOfSweep: 200,
  /** Plugins in a list of what costs most. */
  pluginsListed: 100,
  /** Organizations whose stored bytes one sweep records. */
  organizationsRecorded: 50,
  /** Namespaces or plugins of each month of the usage's history; the rest are one group. */
  groupsListed: 20,
  /** Months of the history. */
  monthsMax: 13,
} as const;

interface HolderSpec {
  /** The counter that triggers maintain (db/schema/triggers.ts). */
  counter: (typeof byteCounters)[number];
  /** The subject of a message: "Archives hold 5 bytes". */
  what: string;
  /** How to free some of the bytes: an instruction with the command or request. */
  remedy: string;
}

export const holderTable: Record<ByteHolder, HolderSpec> = {
  /** Archives of versions, each digest once, and announced sizes of pending uploads. */
  archives: {
    counter: 'archive_bytes',
    what: 'Archives',
    remedy:
      'Delete versions you no longer need: `slipway delete NAME@VERSION`, or `slipway uninstall NAME` for Go plugins. Announced sizes count until their uploads are confirmed or expire',
  },
  /** Model contents, and announced sizes of pending model uploads. Replaced content doesn't count. */
  models: {
    counter: 'model_bytes',
    what: 'Models',
    remedy:
      'Delete a model you no longer need: `slipway models delete NAME`. Announced sizes of uploads count until those are confirmed, deleted in the same way, or expire after 24 hours',
  },
  /** Mirrored artifacts of agent plugins, each digest once. */
  artifacts: {
    counter: 'artifact_bytes',
    what: 'Artifacts of agent plugins',
    remedy: 'Delete agent plugins you no longer need: `DELETE /api/v1/plugins/{id}`',
  },
  /** Inputs of runs until they end, sizes reserved for pending inputs, stored chunks, results and errors. */
  runs: {
    counter: 'run_bytes',
    what: 'Runs',
    remedy:
      "Cancel runs you no longer need: `slipway runs cancel RUN`. A run's input is deleted when it ends, its results when their retention is over (7 days by default)",
  },
  /** Bodies and answers of later calls. */
  later_calls: {
    counter: 'later_call_bytes',
    what: 'Later calls',
    remedy:
      'Cancel calls you no longer need: `slipway calls cancel CALL`. Answers are deleted when their retention is over (24 hours by default)',
  },
  /** Stored instance log lines, by day. */
  logs: {
    counter: 'log_bytes',
    what: 'Logs',
    remedy: 'Print less. Logs are deleted when their retention is over (30 days by default)',
  },
};

/** Space that a writer reserves before it writes. It doubles with each reservation, so a large result needs few. */
export const byteReservation = {
  /** Reserved for a chunk's results when a worker claims it. */
  firstBytes: MiB,
  /** Maximum step of a reservation, unless a single write needs more. */
  stepBytes: 64 * MiB,
} as const;
