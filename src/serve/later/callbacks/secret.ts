// Creates and rotates the secret that signs a namespace's callback requests.
import { eq, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../../access/visible-namespaces.ts';
import { isoOrNull } from '../../../core/clock.ts';
import type { NamespaceId } from '../../../core/ids.ts';
import { Problem } from '../../../core/problem.ts';
import { insertWhere, previousChanged, readTogether } from '../../../db/client.ts';
import { namespaces } from '../../../db/schema/access.ts';
import { callbackSecrets, type laterCallRows } from '../../../db/schema/calls.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import { newSecret, sealSecret } from '../../../signed-requests/secrets.ts';

export interface RotatedSecret {
  /** The new secret, which is shown only here. */
  secret: string;
  /** When the previous secret stops being valid; null if there is none. */
  previousUntil: number | null;
}

export async function rotateCallbackSecret(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'dataKey'>,
  actor: Actor,
  namespaceId: NamespaceId,
  overlapMs: number,
): Promise<RotatedSecret> {
  requireScope(actor, 'webhooks:admin');
  const { db, clock } = deps;
  const known = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    secrets: db.select().from(callbackSecrets).where(eq(callbackSecrets.namespaceId, namespaceId)),
  });
  requireNamespace(known.namespaces, namespaceId);
  const secret = newSecret();
  const now = clock.now();
  const isNamespace = sql`exists (select 1 from ${namespaces} where ${namespaces.id} = ${namespaceId} and ${namespaces.deletedAt} is null)`;
  const sealed = await sealSecret(deps, namespaceId, secret);
  const row = { namespaceId, secret: sealed, previousSecret: null, previousUntil: null, updatedAt: now };
  const overlaps = overlapMs > 0;
  const previousUntil = known.secrets.length > 0 && overlaps ? now + overlapMs : null;
  const data = { previous_valid_until: isoOrNull(previousUntil) };
  const event = { organizationId: actor.organizationId, namespaceId, actor: actor.ref, subjectId: namespaceId };
  await db.batch([
    insertWhere(
      db,
      callbackSecrets,
      row,
      isNamespace,
      sql`on conflict do update set previous_secret = iif(${overlaps}, callback_secrets.secret, null),
        previous_until = iif(${overlaps}, ${now + overlapMs}, null), secret = excluded.secret, updated_at = excluded.updated_at`,
    ),
    record(deps, { ...event, type: 'namespace.callback_secret_rotated', data }, previousChanged),
  ]);
  return { secret, previousUntil };
}

/** Throws a problem if there is no secret to sign callbacks with. */
export async function requireCallbackSecret({ db }: Pick<Deps, 'db'>, namespaceId: NamespaceId): Promise<void> {
  const [row] = await db
    .select({ updatedAt: callbackSecrets.updatedAt })
    .from(callbackSecrets)
    .where(eq(callbackSecrets.namespaceId, namespaceId));
  if (row) return;
  throw new Problem('conflict', 'The namespace has no secret to sign callbacks with', {
    hint: 'Create it with `slipway calls secret`, or `POST /v1/namespaces/{namespace_id}/callback-secret`.',
    details: { resource: 'namespace', id: namespaceId },
  });
}

/** Sends a wake-up message. If it is lost, the sweep sends another. */
export async function wakeCallbacks(
  { queues }: Pick<Deps, 'queues'>,
  { callbackUrl, id }: Pick<typeof laterCallRows.$inferSelect, 'callbackUrl' | 'id'>,
): Promise<void> {
  if (callbackUrl !== null) await queues.deliveries.send({ v: 1, type: 'call-back', id });
}
