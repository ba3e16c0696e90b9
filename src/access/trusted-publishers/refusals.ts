// Records refused ID tokens in an organization's events, a few a minute: anyone can send tokens, and events are kept for long.
import { type SQL, sql } from 'drizzle-orm';
import { idTokenLimits } from '../../contract/limits/identity.ts';
import type { OrganizationId } from '../../core/ids.ts';
import { organizations } from '../../db/schema/access.ts';
import { events } from '../../db/schema/events.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import type { TokenRefused } from '../issuers/token-refused.ts';

export interface Refusal {
  /** The issuer's name, or the token's `iss` if the organization has no such issuer. */
  issuer: string;
  refused: TokenRefused;
  /** The unverified `sub`. */
  subject: string | null;
}

const minuteMs = 60_000;
const textMax = 200;

/** Does nothing if the organization doesn't exist. */
export async function recordRefusal(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  organizationId: OrganizationId,
  { issuer, refused, subject }: Refusal,
): Promise<void> {
  const data = {
    issuer: issuer.slice(0, textMax),
    reason: refused.message,
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
  const isOpen = sql`exists (select 1 from ${organizations} where ${organizations.id} = ${organizationId} and ${organizations.closedAt} is null)`;
  await deps.db.batch([record(deps, event, sql`${isOpen} and ${hasRoom(organizationId, deps.clock.now())}`)]);
}

/** SQL: the organization has few refusals in this minute. Reads at most that many rows of the index by type. */
function hasRoom(organizationId: OrganizationId, now: number): SQL {
  const { refusalsPerMinute: max } = idTokenLimits;
  const newest = sql`select ${events.createdAt} as at from ${events} where ${events.organizationId} = ${organizationId}
    and ${events.type} = 'oidc.refused' order by ${events.seq} desc limit ${max}`;
  return sql`(select count(*) from (${newest}) where at > ${now - minuteMs}) < ${max}`;
}
