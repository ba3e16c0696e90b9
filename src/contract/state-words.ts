// Says states in words, so that the command line and the console write the same ones.
import type { DeploymentState, UploadState, uploadStepNames, uploadStepStates, VerificationState } from './states.ts';

export const uploadWords: Record<UploadState, string> = {
  open: 'open',
  confirming: 'scanning',
  accepted: 'accepted',
  rejected: 'rejected',
  expired: 'expired',
};

type UploadStep = (typeof uploadStepNames)[number];
type UploadStepState = (typeof uploadStepStates)[number];

/** Why an upload ended at a step. */
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

/** The word for a deployment: that it is live says more than that it was promoted. */
export function deploymentWord(state: DeploymentState, isLive: boolean): string {
  return isLive ? 'live' : state;
}

type VersionWord = 'live' | 'failed' | 'deploying' | 'batch only' | 'not deployed';

const endedWords: Partial<Record<DeploymentState, VersionWord>> = {
  promoted: 'batch only',
  failed: 'failed',
  superseded: 'not deployed',
  cancelled: 'not deployed',
  stopped: 'not deployed',
};

/** The word for a version with its newest deployment that counts. What was promoted and isn't live has batch steps only. */
export function versionWord(isLive: boolean, newest: DeploymentState | null): VersionWord {
  if (isLive) return 'live';
  return newest === null ? 'not deployed' : (endedWords[newest] ?? 'deploying');
}

interface GoPlugin {
  /** Its newest install or update. */
  status: 'building' | 'active' | 'error';
  /** A process or isolate of it runs. */
  loaded: boolean;
  /** Null: it hasn't crashed since it started. */
  restarts: object | null;
}

export function goPluginWord({ loaded, restarts, status }: GoPlugin) {
  if (status === 'error') return 'failed';
  if (status === 'building') return loaded ? 'updating' : 'building';
  if (loaded) return 'live';
  return restarts === null ? 'asleep' : 'restarting';
}

/** Findings of the verification of an agent plugin's artifact. */
export const verificationWords: Record<VerificationState, string> = {
  pending: 'being verified',
  verified: 'verified',
  mismatch: 'has a different checksum',
  unreachable: 'cannot be fetched',
  unverifiable: 'cannot be verified',
};
