// Lists the resources that each organization has a quota for, with the default limits. Operators can set other limits per
// organization.

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

/** Holders of stored bytes (the quota `stored_bytes`). */
export const byteHolders = ['archives', 'models', 'artifacts', 'runs', 'later_calls', 'logs'] as const;
export type ByteHolder = (typeof byteHolders)[number];

/** Counters of bytes, in the order of their holders. */
export const byteCounters = [
  'archive_bytes',
  'model_bytes',
  'artifact_bytes',
  'run_bytes',
  'later_call_bytes',
  'log_bytes',
] as const;

/** Resources that counters have an amount of (db/schema/access.ts). */
export const countedResources = [
  /** An owner's plugins with an active version. */
  'plugins',
  /** An owner's versions of extractors. */
  'extractor_versions',
  /** Versions of its organization that a namespace has enabled and sees. */
  'enabled_versions',
  /** A plugin's versions. */
  'plugin_versions',
  // Of an organization
  'versions',
  ...byteCounters,
  'live_plugins',
  /** Keys that are not revoked and never expire. */
  'lasting_keys',
] as const;
export type CountedResource = (typeof countedResources)[number];

interface QuotaSpec {
  /** The limit of an organization for which no other one is set. */
  fallback: number;
  /** The subject of the message: "This namespace has 10 of 10 plugins. Delete …" */
  where: string;
  what: string;
  /** The amount is a number of bytes. */
  isBytes?: true;
  /** It becomes less by itself: what exceeds it is answered with 429, and may be sent again after so many seconds. */
  retryAfterSeconds?: number;
  /** Names what is refused or left out when all of it is used. */
  whenFull: string;
  /** How to free some of it: an instruction with the command or request. */
  remedy: string;
}

const thisOrganization = 'This organization';

export const quotaTable: Record<QuotaResource, QuotaSpec> = {
  /** Distinct names with an accepted version. Further versions of a name cost nothing (D32). */
  plugins_per_namespace: {
    fallback: 10,
    where: 'This namespace',
    what: 'plugins',
    whenFull: 'publishing a plugin with a new name is refused; new versions of plugins are not',
    remedy: 'Delete every version of a plugin you no longer need: `slipway delete NAME --all`',
  },
  /** All that the store holds for it, and what is reserved there. `holderTable` lists what that is, and how to free it. */
  stored_bytes: {
    fallback: 100 * 2 ** 30,
    where: thisOrganization,
    what: 'stored bytes',
    isBytes: true,
    whenFull: 'requests that store more are refused, runs fail, and further lines of logs are not stored',
    remedy: 'Delete versions, models and agent plugins you no longer need, or cancel runs and later calls',
  },
  /**
   * Names that serve realtime calls in a namespace, or are being deployed to. Further live versions of a name cost nothing: their
   * instances sleep (D39).
   */
  live_deployments: {
    fallback: 50,
    where: thisOrganization,
    what: 'live plugins',
    whenFull: 'deploying a plugin that is not live is refused; new versions of live plugins are not',
    remedy: 'Undeploy every version of a plugin you no longer call: `slipway undeploy NAME --keep 0`',
  },
  /** Instances that live plugins may have at most, if they say how many. */
  instances: {
    fallback: 64,
    where: thisOrganization,
    what: 'instances that its plugins may have',
    whenFull: 'deploying a plugin that may have several instances is refused; redeploying it with as many is not',
    remedy:
      'Lower `max` of `serve_config["instances"]` in manifest.py, or undeploy such a plugin: `slipway undeploy NAME --keep 0`',
  },
  /** Instances of those plugins that stay awake. */
  warm_instances: {
    fallback: 4,
    where: thisOrganization,
    what: 'instances that stay awake',
    whenFull: 'deploying a plugin that keeps instances awake is refused; redeploying it with as many is not',
    remedy:
      'Lower `min` of `serve_config["instances"]` in manifest.py, or undeploy such a plugin: `slipway undeploy NAME --keep 0`',
  },
  /** Keys that are neither revoked nor expired. */
  keys: {
    fallback: 100,
    where: thisOrganization,
    what: 'active keys',
    whenFull: 'creating a key is refused',
    remedy: 'Revoke a key you no longer use: `slipway keys revoke KEY`',
  },
  namespaces: {
    fallback: 100,
    where: thisOrganization,
    what: 'namespaces',
    whenFull: 'creating a namespace is refused',
    remedy: 'Delete a namespace you no longer need: `slipway namespaces delete NAME`',
  },
  webhook_endpoints: {
    fallback: 50,
    where: thisOrganization,
    what: 'webhooks',
    whenFull: 'creating a webhook is refused',
    remedy: 'Delete a webhook you no longer need: `slipway webhooks delete ENDPOINT`',
  },
  /** URLs that content of models may be sent to. */
  model_uploads: {
    fallback: 20,
    where: thisOrganization,
    what: 'open uploads of models',
    whenFull: 'asking for another upload is refused',
    remedy:
      'Confirm those that were sent, or delete one by the name of its model: `slipway models delete NAME`. The others expire after 24 hours',
  },
  /** The lines of instances that are stored in a day of UTC. What exceeds it is dropped, and the log says so. */
  log_bytes_per_day: {
    fallback: 2 ** 30,
    where: thisOrganization,
    what: 'bytes of logs of today',
    isBytes: true,
    whenFull: 'further lines are shown while they are new, and not stored',
    remedy: 'Print less, or wait for 00:00 UTC: until then lines are shown while they are new, and not stored',
  },
  /** Processes that work on its runs. Further chunks of rows wait; nothing is refused. */
  parallel_runs: {
    fallback: 8,
    where: thisOrganization,
    what: 'processes for runs',
    whenFull: 'further rows of runs wait until one of them is free',
    remedy: 'Wait for a run to end, or cancel one: `slipway runs cancel RUN`',
  },
  /** Calls with `Prefer: respond-async` that run at the same time. */
  parallel_later_calls: {
    fallback: 10,
    where: thisOrganization,
    what: 'later calls that run',
    whenFull: 'further ones wait for their turn',
    remedy: 'Wait, or cancel one that you no longer need: `slipway calls cancel CALL`',
  },
  /** Calls that wait for their turn. Their bodies count as stored bytes. */
  queued_later_calls: {
    fallback: 20_000,
    where: thisOrganization,
    what: 'later calls that wait',
    retryAfterSeconds: 10,
    whenFull: 'further ones are refused until some have begun',
    remedy: 'Send it again later, or cancel some that you no longer need: `slipway calls cancel CALL`',
  },
  /** Runs from their creation to their end: also those whose input may still be sent. */
  unfinished_runs: {
    fallback: 200,
    where: thisOrganization,
    what: 'runs that have not ended',
    retryAfterSeconds: 60,
    whenFull: 'creating a run is refused until one has ended',
    remedy: 'Wait for one to end, or cancel one: `slipway runs cancel RUN`',
  },
};

interface HolderSpec {
  /** The counter that triggers keep (db/schema/triggers.ts). */
  counter: (typeof byteCounters)[number];
  /** The subject of a message: "Archives hold 5 bytes". */
  what: string;
  /** How to free some: an instruction with the command or request. */
  remedy: string;
}

export const holderTable: Record<ByteHolder, HolderSpec> = {
  /** Archives of versions, each digest once, and announced sizes of uploads under way. */
  archives: {
    counter: 'archive_bytes',
    what: 'Archives',
    remedy:
      'Delete versions you no longer need: `slipway delete NAME@VERSION`, or `slipway uninstall NAME` for Go plugins. Announced sizes of uploads under way count until those are confirmed or expire',
  },
  /** Contents of models, and announced sizes of contents that may still be sent. A replaced content doesn't count. */
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
  /** Inputs of runs until they end, sizes reserved for inputs that may still be sent, stored chunks, results and errors. */
  runs: {
    counter: 'run_bytes',
    what: 'Runs',
    remedy:
      'Cancel runs you no longer need: `slipway runs cancel RUN`. The input of a run is deleted when it ends, and its results when their retention is over (7 days by default)',
  },
  /** Bodies and answers of later calls. */
  later_calls: {
    counter: 'later_call_bytes',
    what: 'Later calls',
    remedy:
      'Cancel calls you no longer need: `slipway calls cancel CALL`. Answers are deleted when their retention is over (24 hours by default)',
  },
  /** Stored lines of instances, by day. */
  logs: {
    counter: 'log_bytes',
    what: 'Logs',
    remedy: 'Print less. Logs are deleted when their retention is over (30 days by default)',
  },
};

/** Room that a writer reserves before it writes. It doubles with each reservation, so that a large result takes few of them. */
export const byteReservation = {
  /** Reserved for the results of a chunk when a worker claims it. */
  firstBytes: MiB,
  /** The most that one reservation adds, unless more is to be written at once. */
  stepBytes: 64 * MiB,
} as const;
