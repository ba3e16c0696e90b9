// Durable Objects for the containers of instances and builds. Cloudflare's side only; the life of a container is in
// managed-container.ts.
import { DurableObject } from 'cloudflare:workers';
import { ManagedContainer, type Purpose } from './managed-container.ts';

abstract class BuilderContainer extends DurableObject {
  readonly #managed: ManagedContainer | undefined;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env, purpose: Purpose) {
    super(ctx, env);
    this.#managed = ctx.container && new ManagedContainer(ctx.container, ctx.storage, purpose);
  }

  override async fetch(request: Request): Promise<Response> {
    if (this.#managed) return this.#managed.fetch(request);
    return new Response(
      'this Worker has no containers: set BUILDER_MODE=url, or configure containers in wrangler.toml',
      { status: 503 },
    );
  }

  override async alarm(): Promise<void> {
    await this.#managed?.sleep();
  }
}

/** Serves the builder's HTTP contract for one instance. Named by the deployment's ID. */
export class Instance extends BuilderContainer {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env, 'instance');
  }
}

/** Fetches and builds sources. One of the few named in client.ts. */
export class Builds extends BuilderContainer {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env, 'builds');
  }
}
