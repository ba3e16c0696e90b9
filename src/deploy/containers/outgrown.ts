// Ends instances that use more than one may that shares its container. Calls find none then, and start it in a container of its own.
import { contractHeader, contractVersion } from '../../contract/builder/instances.ts';
import type { Log } from '../../core/log.ts';

export interface LeavingSettings {
  /** Gives the instance a container of its own. Its next start is there. */
  moveOut(instanceId: string, container: string): Promise<void>;
  log: Log;
}

export class Outgrown {
  readonly #settings: LeavingSettings;
  readonly #send: (request: Request) => Promise<Response>;
  readonly #leaving = new Set<string>();

  /** `send` passes a request on to the server in the container. */
  constructor(settings: LeavingSettings, send: (request: Request) => Promise<Response>) {
    this.#settings = settings;
    this.#send = send;
  }

  /** An instance that was reported is reported again until it has ended. */
  end(instanceIds: readonly string[], container: string | undefined): void {
    if (container === undefined) return;
    for (const id of instanceIds) {
      if (this.#leaving.has(id)) continue;
      this.#leaving.add(id);
      void this.#end(id, container).finally(() => this.#leaving.delete(id));
    }
  }

  /** *Dies between:* calls go to the new place already, and the instance that is reported again here ends. */
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
