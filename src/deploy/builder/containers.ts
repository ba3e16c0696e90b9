// Base of the Durable Objects for the containers of instances and builds. Cloudflare's side only; the life of a container is in
// managed-container.ts.
import { DurableObject } from 'cloudflare:workers';
import { containerLimits } from '../../contract/limits.ts';
import { keepInstanceLog } from './instance-log.ts';
import { type ContainerSettings, ManagedContainer } from './managed-container.ts';

export type ContainerOptions = Omit<ContainerSettings, 'reset' | 'keepLog'> & { blobs: R2Bucket };

export abstract class BuilderContainer extends DurableObject {
  readonly #managed: ManagedContainer | undefined;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env, { blobs, ...options }: ContainerOptions) {
    super(ctx, env);
    const reset = async () => {
      await new Promise((resolve) => setTimeout(resolve, containerLimits.resetDelayMs));
      ctx.abort('a container failed');
    };
    const keepLog: ContainerSettings['keepLog'] = (id, read) => keepInstanceLog(blobs, id, read);
    this.#managed = ctx.container && new ManagedContainer(ctx.container, ctx.storage, { ...options, keepLog, reset });
  }

  override async fetch(request: Request): Promise<Response> {
    if (this.#managed) return this.#managed.fetch(request);
    return new Response(
      'this Worker has no containers: set BUILDER_MODE=url, or configure containers in wrangler.toml',
      { status: 503 },
    );
  }

  override async alarm(): Promise<void> {
    await this.#managed?.tick();
  }
}
