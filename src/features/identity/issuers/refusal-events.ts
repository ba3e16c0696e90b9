// Limits the events of refused ID tokens and failed sign-ins to a few a minute: anyone can cause them, and events are kept for long.
import { type SQL, sql } from 'drizzle-orm';
import { isOpen } from '../../../access/organizations.ts';
import { idTokenLimits } from '../../../contract/features/identity/limits.ts';
import type { OrganizationId } from '../../../core/ids.ts';
import { events } from '../../../db/schema/events.ts';

const minuteMs = 60_000;

/** SQL: the organization is open and has few such events in this minute. Reads at most that many rows of the index by type. */
export function mayRecordRefusal(
  organizationId: OrganizationId,
  type: 'oidc.refused' | 'member.sign_in_failed',
  now: number,
): SQL {
  const { refusalsPerMinute: max } = idTokenLimits;
  const newest = sql`select ${events.createdAt} as at from ${events} where ${events.organizationId} = ${organizationId}
    and ${events.type} = ${type} order by ${events.seq} desc limit ${max}`;
  return sql`(${isOpen(organizationId)} and (select count(*) from (${newest}) where at > ${now - minuteMs}) < ${max})`;
}
