// Lists and shows the pushes a deploy hook received, each with its upload's progress.
import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import type { PushState } from '../../contract/features/deploy-hooks/states.ts';
import type { DeployHookId, PushId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { readTogether } from '../../db/client.ts';
import { uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { requireHook, selectHook } from './deploy-hooks.ts';
import type { Push } from './push-statements.ts';
import { pushes } from './tables.ts';

type Progress = Pick<typeof uploads.$inferSelect, 'id' | 'fetchedAt' | 'scannedAt' | 'builtAt'>;

export interface PushDetails {
  push: Push;
  /** Undefined until its upload is opened. */
  progress: Progress | undefined;
}

/** Lists pushes, newest first, in one D1 round trip. */
export async function listPushes(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  hookId: DeployHookId,
  { status, limit, cursor }: PageRequest & { status?: PushState | undefined },
): Promise<Page<PushDetails>> {
  requireScope(actor, 'plugins:deploy');
  const listed = and(
    eq(pushes.hookId, hookId),
    status === undefined ? undefined : eq(pushes.status, status),
    cursor === undefined ? undefined : lt(sql`${pushes.id}`, cursor),
  );
  const found = await readTogether(db, {
    hooks: selectHook(db, actor, hookId),
    pushes: db
      .select()
      .from(pushes)
      .where(listed)
      .orderBy(desc(pushes.id))
      .limit(limit + 1),
    progress: selectProgress(
      db,
      sql`(select ${pushes.uploadId} from ${pushes} where ${listed} order by ${pushes.id} desc limit ${limit + 1})`,
    ),
  });
  requireHook(found.hooks, hookId);
  const byId = new Map<string, Progress>(found.progress.map((row) => [row.id, row]));
  const { items, nextCursor } = toPage(found.pushes, limit, ({ id }) => id);
  return { items: items.map((push) => ({ push, progress: byId.get(push.uploadId ?? '') })), nextCursor };
}

export async function pushById(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  hookId: DeployHookId,
  id: PushId,
): Promise<PushDetails> {
  requireScope(actor, 'plugins:deploy');
  const one = and(eq(pushes.id, id), eq(pushes.hookId, hookId));
  const found = await readTogether(db, {
    hooks: selectHook(db, actor, hookId),
    pushes: db.select().from(pushes).where(one),
    progress: selectProgress(db, sql`(select ${pushes.uploadId} from ${pushes} where ${one})`),
  });
  requireHook(found.hooks, hookId);
  const [push] = found.pushes;
  if (!push) throw notFound('delivery', id);
  return { push, progress: found.progress[0] };
}

function selectProgress(db: Deps['db'], uploadIds: ReturnType<typeof sql>) {
  const { builtAt, fetchedAt, id, scannedAt } = uploads;
  return db.select({ id, fetchedAt, scannedAt, builtAt }).from(uploads).where(inArray(uploads.id, uploadIds));
}

/** SQL: since when the oldest due push has waited for a worker. */
export function unclaimedPush(now: number): SQL<number | null> {
  return sql`(select ${pushes.nextAt} from ${pushes}
    where ${pushes.endedAt} is null and ${pushes.status} <> 'deploying' and ${pushes.nextAt} <= ${now} order by ${pushes.updatedAt} limit 1)`;
}
