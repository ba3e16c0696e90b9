// Finds, lists and cancels later calls.
import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { laterCalls } from '../../contract/limits/serving.ts';
import type { LaterCallState } from '../../contract/states.ts';
import { isId } from '../../core/ids.ts';
import type { JsonText } from '../../core/json/text.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { previousChanged, writeAndRead } from '../../db/client.ts';
import { laterCallRows, withoutResult } from '../../db/schema/calls.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { type Following, follow } from '../../following/follow.ts';
import type { Stream } from '../../following/streams.ts';
import { wakeCallbacks } from './callbacks/secret.ts';
import { endedAs, hasEnded, mayBecome } from './states.ts';
import { readAnswer, releaseBody } from './stored.ts';

export type LaterCall = typeof laterCallRows.$inferSelect;

/** A call and its answer, if it has one. */
export interface AnsweredCall {
  call: LaterCall;
  answer: JsonText | null;
}

/** SQL: calls that the actor may see. */
function isVisible(actor: Actor): SQL | undefined {
  return and(isOfOrganization(actor), isInNamespace(actor));
}

function isOfOrganization({ organizationId }: Actor): SQL {
  return eq(laterCallRows.organizationId, organizationId);
}

function isInNamespace({ namespaceIds }: Actor): SQL | undefined {
  return namespaceIds === null ? undefined : inArray(laterCallRows.namespaceId, [...namespaceIds]);
}

/**
 * SQL: the organization's calls in a state, through that state's index. Waiting and failed calls may be few among all kept calls,
 * nearly all of which succeeded.
 */
function isInState(actor: Actor, status: LaterCallState): SQL | undefined {
  const among = (condition: SQL) =>
    sql`${laterCallRows.id} in (select one.id from ${laterCallRows} one where ${condition} and one.organization_id = ${actor.organizationId})`;
  if (status === 'queued') return among(sql`one.status = 'queued' and one.priority in ('normal', 'low')`);
  if (status === 'running') return among(sql`one.status = 'running'`);
  const isState = and(isOfOrganization(actor), eq(laterCallRows.status, status));
  return status === 'succeeded' ? isState : and(isState, withoutResult);
}

export async function findLater(deps: Deps, actor: Actor, id: string): Promise<AnsweredCall> {
  requireScope(actor, 'plugins:invoke');
  return answered(deps, await select(deps, actor, id));
}

async function answered(deps: Deps, call: LaterCall): Promise<AnsweredCall> {
  return { call, answer: hasEnded(call.status) ? await readAnswer(deps, call) : null };
}

/** Waits up to `waitMs` for the call to end. Returns it as it then is. */
export async function waitForLater(
  deps: Deps & { following: Following<LaterCall> },
  stream: Stream,
  first: { value: LaterCall; asOf: number },
  waitMs: number,
): Promise<AnsweredCall> {
  const forMs = Math.min(waitMs, laterCalls.waitMaxMs);
  const read = async (known: LaterCall | undefined) => {
    const call = await select(deps, stream.actor, first.value.id);
    return known?.status === call.status ? known : call;
  };
  let seen = first.value;
  for await (const call of follow(deps, deps.following, stream, { first, forMs, read })) {
    seen = call ?? seen;
    if (hasEnded(seen.status)) break;
  }
  return answered(deps, seen);
}

async function select({ db }: Pick<Deps, 'db'>, actor: Actor, id: string): Promise<LaterCall> {
  const isCall = sql`${laterCallRows.id} = ${id}`;
  const [call] = isId('call', id)
    ? await db
        .select()
        .from(laterCallRows)
        .where(and(isCall, isVisible(actor)))
    : [];
  if (!call) throw notFound('call', id);
  return call;
}

/** Newest first. */
export async function listLater(
  { db }: Deps,
  actor: Actor,
  { cursor, limit }: PageRequest,
  status?: LaterCallState,
): Promise<Page<LaterCall>> {
  requireScope(actor, 'plugins:invoke');
  const before = cursor === undefined ? undefined : lt(sql`${laterCallRows.id}`, cursor);
  const isListed = status === undefined ? isOfOrganization(actor) : isInState(actor, status);
  const rows = await db
    .select()
    .from(laterCallRows)
    .where(and(isListed, isInNamespace(actor), before))
    .orderBy(desc(laterCallRows.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => id);
}

/** Cancels a running or waiting call, whose worker then finds its lease lost. Returns the outcome of a call that has already ended. */
export async function cancelLater(deps: Deps, actor: Actor, id: string): Promise<AnsweredCall> {
  requireScope(actor, 'plugins:invoke');
  if (!isId('call', id)) throw notFound('call', id);
  const { db, clock } = deps;
  const isCall = and(eq(laterCallRows.id, id), isVisible(actor));
  const namespaceId = sql`(select ${laterCallRows.namespaceId} from ${laterCallRows} where ${laterCallRows.id} = ${id})`;
  const event = { organizationId: actor.organizationId, namespaceId, actor: actor.ref, subjectId: id };
  const writes = [
    db
      .update(laterCallRows)
      .set(endedAs('cancelled', clock.now()))
      .where(and(isCall, mayBecome('cancelled'))),
    record(deps, { ...event, type: 'call.cancelled' }, previousChanged),
  ];
  const [call] = (await writeAndRead(db, writes, { calls: db.select().from(laterCallRows).where(isCall) })).calls;
  if (!call) throw notFound('call', id);
  if (call.status === 'cancelled') deps.defer(releaseBody(deps, call));
  deps.defer(wakeCallbacks(deps, call));
  return { call, answer: await readAnswer(deps, call) };
}
