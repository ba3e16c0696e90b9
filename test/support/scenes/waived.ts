// Waives rules in the database, as the request of an administrator does.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import type { RuleId } from '../../../src/contract/findings/rules.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { idSource, type WaiverId } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import { waivers } from '../../../src/db/schema/policy.ts';
import type { Organization } from './organization.ts';

const day = 24 * 3600 * 1000;
const db = database(env.DB);

interface Waived {
  plugin?: string;
  rule?: RuleId;
  expiresAt?: number;
}

export async function waive({ id: organizationId }: Pick<Organization, 'id'>, given: Waived = {}): Promise<WaiverId> {
  const now = Date.now();
  const id = idSource(systemClock.now)('waiver');
  const defaults = { plugin: 'hello_ext', rule: 'SLP201' as const, expiresAt: now + day };
  const about = {
    reason: 'reads its own tables',
    createdBy: { type: 'key' as const, id: 'key_waiving' },
    createdAt: now,
  };
  await db.insert(waivers).values({ id, organizationId, ...defaults, ...about, ...given });
  return id;
}

export async function endWaiver(id: WaiverId): Promise<void> {
  await db.update(waivers).set({ revokedAt: Date.now() }).where(eq(waivers.id, id));
}
