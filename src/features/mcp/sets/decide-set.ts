// Approves or rejects what was proposed for a set of tools, by its digest, as versions are.
import { and, eq, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../../access/actor.ts';
import { mayAct, requireMayAct, selectMayAct } from '../../../access/keys.ts';
import { isNamesake, requireOtherPerson } from '../../../access/other-person.ts';
import { requireNamespace, selectNamespace } from '../../../access/visible-namespaces.ts';
import type { EventId } from '../../../core/ids.ts';
import { Problem } from '../../../core/problem.ts';
import { previousChanged, readTogether, writeAndRead } from '../../../db/client.ts';
import { events } from '../../../db/schema/events.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import { toolSets } from '../tables.ts';
import { changedMeanwhile, eventOf, isUnchanged } from './change-set.ts';
import { changesForEvent, contentChanges } from './content.ts';
import { isNamed, type NamedSet, requireSet, type SetRow, selectSet, type ToolSet, toToolSet } from './tool-sets.ts';

export interface SetDecision {
  verb: 'approve' | 'reject';
  /** Digest of the proposal that the approver looked at. */
  sha256: string;
  note: string | null;
}

type Proposal = NonNullable<SetRow['proposal']>;

const subject = {
  kind: 'a set of tools',
  what: 'these tools',
  made: 'proposed',
  withdraw: 'To withdraw the proposal, set the tools as they are now, or delete a new set.',
};

/** Two D1 round trips: one finds the proposal, the other decides. */
export async function decideToolSet(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'features'>,
  actor: Actor,
  named: NamedSet,
  decision: SetDecision,
): Promise<ToolSet> {
  requireScope(actor, 'versions:approve');
  const { clock, db } = deps;
  const { name, namespaceId } = named;
  const found = await readTogether(db, {
    spaces: selectNamespace(db, actor, namespaceId),
    rows: selectSet(db, named),
    namesakes: db
      .select({ name: toolSets.name })
      .from(toolSets)
      .where(and(isNamed(named), isNamesake(deps, actor, sql`json_extract(${toolSets.proposal}, '$.by')`))),
  });
  requireNamespace(found.spaces, namespaceId);
  const before = requireSet(found.rows, name);
  const proposal = requireProposal(before, decision);
  requireOtherPerson(actor, proposal.by, subject, found.namesakes.length > 0);
  const now = clock.now();
  const id = deps.ids('event');
  const { description, requiresApproval, tools } = decision.verb === 'approve' ? proposal : before;
  const decided = await writeAndRead(
    db,
    [
      db
        .update(toolSets)
        .set({ description, requiresApproval, tools, proposal: null, updatedAt: now, updatedBy: actor.ref })
        .where(and(isNamed(named), isUnchanged(before), mayAct(actor, now))),
      decisionEvent(deps, { ...eventOf(actor, named), id }, { name, before, proposal }, decision),
    ],
    {
      rows: selectSet(db, named),
      mine: db.select({ id: events.id }).from(events).where(eq(events.id, id)),
      access: selectMayAct(db, actor, now),
    },
  );
  requireMayAct(decided.access);
  if (decided.mine.length === 0) throw changedMeanwhile(name);
  return toToolSet(requireSet(decided.rows, name));
}

function decisionEvent(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  event: ReturnType<typeof eventOf> & { id: EventId },
  { before, name, proposal }: { name: string; before: SetRow; proposal: Proposal },
  { note, sha256, verb }: SetDecision,
) {
  const data = { name, sha256, note };
  if (verb === 'reject') return record(deps, { ...event, type: 'tool_set.rejected', data }, previousChanged);
  const { requiresApproval: requires_approval, tools } = proposal;
  const content = { requires_approval, tool_count: tools.length, ...changesForEvent(contentChanges(before, proposal)) };
  return record(deps, { ...event, type: 'tool_set.approved', data: { ...data, ...content } }, previousChanged);
}

function requireProposal({ name, proposal }: SetRow, { sha256 }: SetDecision): Proposal {
  if (!proposal) throw new Problem('conflict', `Nothing proposed for the tool set ${name} waits for approval`);
  if (proposal.sha256 === sha256) return proposal;
  throw new Problem('conflict', `Something else is proposed for the tool set ${name} now: sha256:${proposal.sha256}`, {
    hint: 'Look at it again, then send its new digest.',
  });
}
