// Stores in a Durable Object why its container failed to start. The instance status shows the reason, and calls don't keep starting a
// container that has another release's image.
import { z } from 'zod';
import { builderErrorCodes } from '../../contract/builder/errors.ts';
import { containerLimits } from '../../contract/limits/containers.ts';
import type { NotReady } from './container-run.ts';

const failureKey = 'start-failure';

const startFailureSchema = z.object({
  code: z.enum(builderErrorCodes),
  message: z.string(),
  /** Consecutive failed starts. */
  count: z.int(),
  /** The container isn't started before this time. */
  retryAt: z.number(),
});
export type StartFailure = z.infer<typeof startFailureSchema>;

export class LastStart {
  readonly #storage: DurableObjectStorage;
  /** Undefined until read from storage. */
  #failure: StartFailure | null | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Returns null if the last start succeeded or there was none. */
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

  /** The caller deletes the storage. */
  forget(): void {
    this.#failure = null;
  }
}

function mismatchWaitMs(count: number): number {
  return Math.min(containerLimits.mismatchFirstMs * 2 ** (count - 1), containerLimits.mismatchMaxMs);
}

/** Matches the runtime's messages, because it has no error code for this. */
function isNoCapacity(failure: string): boolean {
  return /no container instance|maximum number of running container instances/i.test(failure);
}

export function toStartFailure({ reason, isMismatch }: NotReady): Pick<StartFailure, 'code' | 'message'> {
  if (isMismatch) return { code: 'contract-mismatch', message: `The container has another release's image: ${reason}` };
  return isNoCapacity(reason)
    ? { code: 'no-capacity', message: `No container is free: ${reason}` }
    : { code: 'container-failed', message: `The container did not start: ${reason}.` };
}

/** Returns whether the request asks for the instance's status. */
export function isStatus({ method }: Request, pathname: string): boolean {
  return method === 'GET' && /^\/instances\/[^/]+$/.test(pathname);
}
