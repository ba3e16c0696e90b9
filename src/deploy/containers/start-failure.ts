// Remembers, in the storage of a Durable Object, why its container did not start the last time: for the status of the instance, and so
// that a container whose image is of another release is not started again by every call.
import { z } from 'zod';
import { builderErrorCodes } from '../../contract/builder/instances.ts';
import { containerLimits } from '../../contract/limits/containers.ts';
import type { NotReady } from './container-run.ts';

const failureKey = 'start-failure';

const startFailureSchema = z.object({
  code: z.enum(builderErrorCodes),
  message: z.string(),
  /** Failed starts in a row. */
  count: z.int(),
  /** No container is started before. */
  retryAt: z.number(),
});
export type StartFailure = z.infer<typeof startFailureSchema>;

export class LastStart {
  readonly #storage: DurableObjectStorage;
  /** Undefined until it was read. */
  #failure: StartFailure | null | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Returns null if the last start succeeded, or there was none. */
  async failure(): Promise<StartFailure | null> {
    if (this.#failure === undefined)
      this.#failure = startFailureSchema.safeParse(await this.#storage.get(failureKey)).data ?? null;
    return this.#failure;
  }

  async recordFailure({ code, message }: Pick<StartFailure, 'code' | 'message'>): Promise<void> {
    const count = ((await this.failure())?.count ?? 0) + 1;
    const waitMs = code === 'contract-mismatch' ? mismatchWaitMs(count) : 0;
    this.#failure = { code, message, count, retryAt: Date.now() + waitMs };
    await this.#storage.put(failureKey, this.#failure);
  }

  async succeeded(): Promise<void> {
    if ((await this.failure()) === null) return;
    this.#failure = null;
    await this.#storage.delete(failureKey);
  }

  /** The storage is deleted by the caller. */
  forget(): void {
    this.#failure = null;
  }
}

function mismatchWaitMs(count: number): number {
  return Math.min(containerLimits.mismatchFirstMs * 2 ** (count - 1), containerLimits.mismatchMaxMs);
}

/** Recognizes the runtime's messages: it has no error code for this. */
function isNoCapacity(failure: string): boolean {
  return /no container instance|maximum number of running container instances/i.test(failure);
}

export function toStartFailure({ reason, isMismatch }: NotReady): Pick<StartFailure, 'code' | 'message'> {
  if (isMismatch)
    return { code: 'contract-mismatch', message: `The container has the image of another release: ${reason}` };
  return isNoCapacity(reason)
    ? { code: 'no-capacity', message: `No container is free: ${reason}` }
    : { code: 'container-failed', message: `The container did not start: ${reason}.` };
}

/** Whether the request asks how the instance is. */
export function isStatus({ method }: Request, pathname: string): boolean {
  return method === 'GET' && /^\/instances\/[^/]+$/.test(pathname);
}
