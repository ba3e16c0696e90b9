// Why a rollback that names no version goes back past one, in words for people.
import { formatShare } from '../core/quantities.ts';
import { traffic } from './limits/traffic.ts';

const skipReasons: Record<SkipReason, string> = {
  rolled_back: 'a rollback left it',
  reverted: 'a release of it was reverted',
  undeployed: 'it was undeployed',
  yanked: 'it is yanked',
  quarantined: 'it is quarantined',
  rejected: 'the scan policy rejects it',
  failing: `more than ${formatShare(traffic.errorShareMax, 1)} of its calls failed`,
};

export const skipReasonNames = [
  'rolled_back',
  'reverted',
  'undeployed',
  'yanked',
  'quarantined',
  'rejected',
  'failing',
] as const;

export type SkipReason = (typeof skipReasonNames)[number];

export interface SkippedVersion {
  version: string;
  reason: SkipReason;
}

/** Names each version with its reason. */
export function skippedText(skipped: readonly SkippedVersion[], nameOf = (version: string) => version): string {
  return skipped.map(({ reason, version }) => `${nameOf(version)} (${skipReasons[reason]})`).join(', ');
}
