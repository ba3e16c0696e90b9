// Names states in words, so the CLI and the console use the same ones.
import { type CountedErrors, isFailing } from './health.ts';
import type { Stage } from './identity.ts';
import type {
  ClusterNetwork,
  DeploymentState,
  DeploymentType,
  UploadState,
  uploadStepNames,
  uploadStepStates,
} from './states.ts';

export const uploadWords: Record<UploadState, string> = {
  open: 'open',
  confirming: 'scanning',
  accepted: 'accepted',
  rejected: 'rejected',
  expired: 'expired',
};

type UploadStep = (typeof uploadStepNames)[number];
type UploadStepState = (typeof uploadStepStates)[number];

/** Why an upload ended at each step. */
const uploadEnds: Record<UploadStep, string> = {
  receive: 'not confirmed in time',
  scan: 'rejected',
  publish: 'the number is taken',
};

export function uploadStepWord(step: UploadStep, state: UploadStepState): string {
  const words: Record<UploadStepState, string> = {
    waiting: 'waiting for the archive',
    in_progress: 'in progress',
    done: 'done',
    failed: uploadEnds[step],
    not_reached: 'not reached',
  };
  return words[state];
}

/**
 * Calls to a plugin's name go to its live version, and during a release also to the candidate. A version on standby gets calls only by
 * its own ID.
 */
export type VersionWord =
  | ('live' | 'failing' | 'candidate' | 'standby' | 'failed' | 'deploying' | 'batch only' | 'not deployed')
  | Exclude<Stage, 'approved'>;

interface DeployedVersion {
  deployed: boolean;
  servesName: boolean;
  version: string;
  /** Its plugin, with the live version's state. */
  plugin: ReleasedPlugin | undefined;
  stage?: Stage | null;
}

/** Returns the word for a version, based on its newest deployment that counts. */
export function versionWord(
  { deployed, plugin, servesName, stage, version }: DeployedVersion,
  newest: NewestWord,
): VersionWord {
  if (stage === 'staged' || stage === 'rejected') return stage;
  if (!deployed) return newest;
  if (!servesName) return plugin?.release?.version === version ? 'candidate' : 'standby';
  return plugin?.state === 'batch_only' || plugin?.state === 'live' ? pluginWord(plugin) : 'live';
}

type NewestWord = Extract<VersionWord, 'failed' | 'deploying' | 'not deployed'>;

const endedWords: Partial<Record<DeploymentState, NewestWord>> = {
  promoted: 'not deployed',
  failed: 'failed',
  superseded: 'not deployed',
  cancelled: 'not deployed',
  stopped: 'not deployed',
};

/** Returns the word for a version that isn't deployed, by its newest deployment. */
export function newestWord(newest: DeploymentState | null): NewestWord {
  return newest === null ? 'not deployed' : (endedWords[newest] ?? 'deploying');
}

/** The word for each extractor API status. */
export const statusWords = {
  QUEUED: 'deploying',
  PENDING: 'deploying',
  IN_PROGRESS: 'deploying',
  DEPLOYED: 'not deployed',
  FAILED: 'failed',
  NOT_DEPLOYED: 'not deployed',
} as const satisfies Record<string, NewestWord>;

interface DeploymentFacts {
  status: DeploymentState;
  /** True if calls to the version go to this deployment. */
  serving: boolean;
  deployment_type: DeploymentType;
  version: string;
}

/**
 * Returns the word for a deployment. Which calls the deployment gets matters more than whether it was promoted. If its plugin is
 * missing, perhaps deleted, its version counts as live.
 */
export function deploymentWord(
  { deployment_type, serving, status, version }: DeploymentFacts,
  plugin: (ReleasedPlugin & { live_version: string | null }) | undefined,
): string {
  if (serving && deployment_type === 'batch_only') return 'batch only';
  if (serving)
    return versionWord(
      { deployed: true, servesName: (plugin?.live_version ?? version) === version, version, plugin },
      'failed',
    );
  return status === 'promoted' ? 'draining' : status;
}

interface Plugin {
  state: 'live' | 'deploying' | 'failed' | 'batch_only' | 'not_deployed';
  live_calls: CountedErrors | null;
}

interface ReleasedPlugin extends Plugin {
  /** The active release. */
  release: { version: string | null } | null;
}

export type PluginWord = Exclude<VersionWord, 'candidate' | 'standby' | Stage>;

/** Returns the word for a plugin: its live version's, or its newest deployment's. */
export function pluginWord({ live_calls, state }: Plugin): PluginWord {
  if (state === 'batch_only') return 'batch only';
  if (state === 'not_deployed') return 'not deployed';
  return state === 'live' && live_calls !== null && isFailing(live_calls) ? 'failing' : state;
}

interface GoPlugin {
  /** Status of its newest install or update. */
  status: 'building' | 'active' | 'error' | 'staged';
  /** True while one of its processes or isolates runs. */
  loaded: boolean;
  /** Null if it hasn't crashed since it started. */
  restarts: object | null;
}

/** Returns the word for a Go plugin. Without a process it is still live: its instance sleeps until the next call. */
export function goPluginWord({ loaded, restarts, status }: GoPlugin) {
  if (status === 'error') return 'failed';
  if (status === 'staged') return 'staged';
  if (status === 'building') return loaded ? 'updating' : 'deploying';
  return loaded || restarts === null ? 'live' : 'restarting';
}

/** Returns a Ray cluster's name, and what a deployment there may reach beyond what its plugin is granted. */
export function clusterWords({ name, network }: { name: string; network: ClusterNetwork }): string {
  return network === 'open' ? `${name} (network: open, not confined)` : name;
}
