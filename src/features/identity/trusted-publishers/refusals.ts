// Records refused ID tokens in an organization's events.
import { idTokenLimits } from '../../../contract/features/identity/limits.ts';
import type { OrganizationId } from '../../../core/ids.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import { mayRecordRefusal } from '../issuers/refusal-events.ts';
import type { TokenRefused } from '../issuers/token-refused.ts';

export interface Refusal {
  /** The issuer's name, or the token's `iss` if the organization has no such issuer. */
  issuer: string;
  refused: TokenRefused;
  /** The unverified `sub`. */
  subject: string | null;
}

/** This isolate's refusals of the current minute, by organization. */
export interface RefusalCounts {
  count(organizationId: string, now: number): number;
  add(organizationId: string, now: number): void;
}

const textMax = 200;

/** Does nothing if the organization doesn't exist, and asks the database no more than it would record. */
export async function recordRefusal(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'> & { refusals: RefusalCounts },
  organizationId: OrganizationId,
  { issuer, refused, subject }: Refusal,
): Promise<void> {
  const now = deps.clock.now();
  if (deps.refusals.count(organizationId, now) >= idTokenLimits.refusalsPerMinute) return;
  deps.refusals.add(organizationId, now);
  const data = {
    issuer: issuer.slice(0, textMax),
    reason: refused.detail === null ? refused.message : `${refused.message}: ${refused.detail}`,
    claim: refused.claim,
    subject: subject?.slice(0, textMax) ?? null,
  };
  const event = {
    organizationId,
    namespaceId: null,
    type: 'oidc.refused' as const,
    actor: { type: 'anonymous' as const, id: 'anonymous' },
    subjectId: organizationId,
    data,
  };
  const condition = mayRecordRefusal(organizationId, event.type, now);
  await deps.db.batch([record(deps, event, condition)]);
}
