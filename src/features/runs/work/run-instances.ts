// Starts run instances like call instances, with the deployment's environment, secrets, grants and models. A worker starts each one
// once, and again if it is lost.
import { and, isNotNull, sql } from 'drizzle-orm';
import { BuilderError } from '../../../contract/builder/errors.ts';
import type { LogLine } from '../../../contract/builder/logs/line.ts';
import type { RunId } from '../../../core/ids.ts';
import { runs } from '../../../db/schema/runs.ts';
import { prepareEnvironment } from '../../../instances/environments/environment.ts';
import { requireEverything } from '../../../instances/environments/require-everything.ts';
import { startInstance } from '../../../instances/fleets/instances.ts';
import { runInstanceId } from '../../../instances/placement.ts';
import { grantIfLocal, watchGrant } from '../../../instances/requirements/grants.ts';
import type { ClaimedChunk } from './claim-chunk.ts';
import type { WorkDeps } from './work-deps.ts';

export class RunInstances {
  readonly #deps: WorkDeps;
  /** The run of each started instance, and the function that stops watching its grant. */
  readonly #started = new Map<string, { run: RunId; unwatch: () => void }>();

  constructor(deps: WorkDeps) {
    this.#deps = deps;
  }

  /** Calls the instance in the chunk's slot, and starts it if necessary. Throws a StartFailed if it doesn't start. */
  async with<Result>(deps: WorkDeps, claimed: ClaimedChunk, call: (id: string) => Promise<Result>): Promise<Result> {
    const { chunk, run } = claimed;
    const id = runInstanceId(run.deploymentId, run.id, chunk.slot ?? 0);
    if (!this.#started.has(id)) await this.#start(deps, id, claimed);
    try {
      return await call(id);
    } catch (error) {
      const isGone = error instanceof BuilderError && ['instance-gone', 'unreachable'].includes(error.code);
      if (!isGone) throw error;
      this.#forget(id);
      await this.#start(deps, id, claimed);
      return await call(id);
    }
  }

  /** Stops the instances of finished runs. Other workers may be using the remaining ones; idle ones go to sleep by themselves. */
  async end(): Promise<void> {
    const { builder, db, log } = this.#deps;
    const started = [...this.#started].map(([id, { run }]) => ({ id, run }));
    if (started.length === 0) return;
    for (const { id } of started) this.#forget(id);
    const ids = sql`(select value from json_each(${JSON.stringify(started.map(({ run }) => run))}))`;
    const over = await db
      .select({ id: runs.id })
      .from(runs)
      .where(and(sql`${runs.id} in ${ids}`, isNotNull(runs.endedAt)));
    const isOver = (run: RunId) => over.some(({ id }) => id === run);
    const stop = (id: string) => builder.stop(id).catch((cause: unknown) => log.warn('run.not_stopped', { id, cause }));
    await Promise.all(started.filter(({ run }) => isOver(run)).map(({ id }) => stop(id)));
  }

  #forget(id: string): void {
    this.#started.get(id)?.unwatch();
    this.#started.delete(id);
  }

  /** Starts an instance. A batch-only deployment has no environment yet and, in a local run, no grant. */
  async #start(deps: WorkDeps, id: string, { run, version }: ClaimedChunk): Promise<void> {
    const log = (_: LogLine) => {};
    await grantIfLocal(deps, version, log);
    await requireEverything(deps, { id: run.deploymentId, version, log });
    const environment = await prepareEnvironment(deps, { id, version, log });
    await startInstance(deps, run.deploymentId, version, { environment, log, separate: { id, entry: 'run' } });
    this.#started.set(id, { run: run.id, unwatch: watchGrant(deps, version, id) });
  }
}
