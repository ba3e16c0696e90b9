// Moves instances that outgrow a shared container. Stops them here; their next call starts them in their own container.
import { and, eq, sql } from 'drizzle-orm';
import { contractHeader, contractVersion } from '../../contract/builder/instances.ts';
import { isId } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import { deployments } from '../../db/schema/deploy.ts';
import type { Deps } from '../../deps.ts';

export interface LeavingSettings {
  /** Gives the instance its own container, effective from its next start. */
  moveOut(instanceId: string, container: string): Promise<void>;
  log: Log;
}

export class Outgrown {
  readonly #settings: LeavingSettings;
  readonly #send: (request: Request) => Promise<Response>;
  readonly #leaving = new Set<string>();

  /** `send` forwards a request to the server in the container. */
  constructor(settings: LeavingSettings, send: (request: Request) => Promise<Response>) {
    this.#settings = settings;
    this.#send = send;
  }

  /** Called repeatedly: the container keeps reporting an instance until it has ended. */
  end(instanceIds: readonly string[], container: string | undefined): void {
    if (container === undefined) return;
    for (const id of instanceIds) {
      if (this.#leaving.has(id)) continue;
      this.#leaving.add(id);
      void this.#end(id, container).finally(() => this.#leaving.delete(id));
    }
  }

  /** *Dies between the two:* calls already go to the new container, and the next report ends the instance here. */
  async #end(id: string, container: string): Promise<void> {
    const { log, moveOut } = this.#settings;
    try {
      await moveOut(id, container);
      const headers = { [contractHeader]: contractVersion };
      const { status } = await this.#send(
        new Request(`http://container/instances/${id}`, { method: 'DELETE', headers }),
      );
      log.info('container.left', { instance: id, status });
    } catch (cause) {
      log.warn('container.not_left', { instance: id, cause });
    }
  }
}

/** Does nothing if the deployment already left, or has since moved to another container. */
export async function leaveContainer({ db }: Pick<Deps, 'db'>, id: string, container: string): Promise<void> {
  if (!isId('deployment', id)) return;
  await db
    .update(deployments)
    .set({ placement: sql`json_remove(${deployments.placement}, '$.shared')` })
    .where(and(eq(deployments.id, id), sql`${deployments.placement} ->> '$.shared.container' = ${container}`));
}
