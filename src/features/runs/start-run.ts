// Starts a run whose input was uploaded, and cancels runs.
import { and, eq, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { runLimits } from '../../contract/limits/batches.ts';
import type { NamespaceId, RunId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { previousChanged, writeAndRead } from '../../db/client.ts';
import { runs } from '../../db/schema/runs.ts';
import type { Deps } from '../../deps.ts';
import { enqueue, outboxMessage, sendNow } from '../../events/outbox.ts';
import { inputKey } from './keys.ts';
import { endStatements, type Run } from './run.ts';
import { findRun } from './runs.ts';
import { isOver } from './states.ts';

type StartDeps = Pick<Deps, 'db' | 'blobs' | 'ids' | 'clock' | 'log' | 'queues' | 'defer'>;

/** Starts the run. Idempotent. Later uploads to the URL are never read. */
export async function startRun(deps: StartDeps, actor: Actor, namespaceId: NamespaceId, id: RunId): Promise<Run> {
  requireScope(actor, 'plugins:invoke');
  const run = await findRun(deps, actor, namespaceId, id);
  if (run.status !== 'open') return requireNotOver(run);
  const sent = await deps.blobs.head(inputKey(id));
  if (!sent)
    throw new Problem('object-missing', `Nothing has been uploaded for run ${id} yet`, {
      hint: 'PUT the file to `presigned_url`, then start the run again.',
    });
  if (sent.size > run.storedInputBytes) {
    await deps.blobs.delete(inputKey(id));
    throw tooLarge(sent.size, run.storedInputBytes);
  }
  const message = outboxMessage(deps, 'runs', { v: 1, type: 'work-run', id });
  const { started } = await writeAndRead(
    deps.db,
    [
      deps.db
        .update(runs)
        .set({
          status: 'queued',
          inputBytes: sent.size,
          inputEtag: sent.etag,
          storedInputBytes: sent.size,
          updatedAt: deps.clock.now(),
        })
        .where(and(eq(runs.id, id), eq(runs.status, 'open'))),
      enqueue(deps, message, previousChanged),
    ],
    { started: deps.db.select().from(runs).where(eq(runs.id, id)) },
  );
  deps.defer(sendNow(deps, message));
  return requireNotOver(started[0] ?? run);
}

function tooLarge(bytes: number, reserved: number): Problem {
  const { inputBytes } = runLimits;
  if (bytes > inputBytes)
    return new Problem('body-too-large', `The input has ${bytes} bytes; the limit is ${inputBytes}`, {
      hint: 'Send it in several runs.',
    });
  return new Problem('body-too-large', `The input has ${bytes} bytes; ${reserved} are reserved for it`, {
    hint: "It was deleted. Create another run with the file's size in `size_bytes` of `input`, and upload the file there.",
  });
}

function requireNotOver(run: Run): Run {
  if (run.status === 'cancelled' || run.status === 'expired')
    throw new Problem('run-over', `Run ${run.id} is ${run.status}`);
  return run;
}

/** Cancels a run and keeps finished rows. Returns an already cancelled run unchanged. */
export async function cancelRun(deps: StartDeps, actor: Actor, namespaceId: NamespaceId, id: RunId): Promise<Run> {
  requireScope(actor, 'plugins:invoke');
  const found = await findRun(deps, actor, namespaceId, id);
  const { ended } = await writeAndRead(deps.db, endStatements(deps, id, 'cancelled', { actor: actor.ref }, sql`true`), {
    ended: deps.db.select().from(runs).where(eq(runs.id, id)),
  });
  const run = ended[0] ?? found;
  if (isOver(run.status) && run.status !== 'cancelled')
    throw new Problem('run-over', `Run ${id} has ended: it is ${run.status}`, { hint: 'There is nothing to cancel.' });
  return run;
}
