// Records refused ID tokens in an organization's events.
import type { OrganizationId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { mayRecordRefusal } from '../issuers/refusal-events.ts';
import type { TokenRefused } from '../issuers/token-refused.ts';

export interface Refusal {
  /** The issuer's name, or the token's `iss` if the organization has no such issuer. */
  issuer: string;
  refused: TokenRefused;
  /** The unverified `sub`. */
  subject: string | null;
}

const textMax = 200;

/** Does nothing if the organization doesn't exist. */
export async function recordRefusal(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  organizationId: OrganizationId,
  { issuer, refused, subject }: Refusal,
): Promise<void> {
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
  const condition = mayRecordRefusal(organizationId, event.type, deps.clock.now());
  await deps.db.batch([record(deps, event, condition)]);
}
