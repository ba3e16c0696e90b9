// Finds out whether anyone could give an approval before it is demanded. Approvers are members, and don't approve what they publish.
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { NamespaceId, OrganizationId } from '../core/ids.ts';
import { parseJson } from '../core/json/parse.ts';
import { Problem } from '../core/problem.ts';
import { qualified } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import { peopleOf } from '../points.ts';

/** How approval is demanded. */
export interface ApprovalDemand {
  required: boolean;
  /** Demands it even if nobody could approve what the only approver publishes. */
  isForced: boolean;
}

/** Throws if fewer than two members may approve versions in the namespace, or in all of them: new versions would then wait in vain. */
export async function requireApprovers(
  { db, features }: Pick<Deps, 'db' | 'features'>,
  organizationId: OrganizationId,
  namespaceId: NamespaceId | null,
): Promise<void> {
  const people = peopleOf({ features });
  const found = people?.approvers(organizationId, namespaceId) ?? sql`'[]'`;
  const [row] = await db.select({ names: qualified(sql<string>`${found}`) }).from(sql`(select 1)`);
  const names = z.array(z.string()).parse(parseJson(row?.names ?? '[]'));
  if (names.length > 1) return;
  const [only] = names;
  const who = only === undefined ? 'No member can approve' : `Only ${only} can approve, and not what they publish`;
  throw new Problem('conflict', `${who}, so new versions would wait`, {
    details: { resource: 'approvers', count: names.length },
    hint: 'Invite another person who may approve (`slipway members invite`), or repeat with without_approvers=true.',
  });
}
