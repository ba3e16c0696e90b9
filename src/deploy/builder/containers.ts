// The containers of instances and of builds, by the runtime's own API. Cloudflare's side of it only: what is done is in
// kept-container.ts.
import { DurableObject } from 'cloudflare:workers';
import { ManagedContainer, type Purpose } from './managed-container.ts';

abstract class BuilderContainer extends DurableObject {
  readonly #kept: ManagedContainer | undefined;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env, purpose: Purpose) {
    super(ctx, env);
    this.#kept = ctx.container && new ManagedContainer(ctx.container, ctx.storage, purpose);
  }

  override async fetch(request: Request): Promise<Response> {
    if (this.#kept) return this.#kept.fetch(request);
    return new Response('this Worker runs without containers', { status: 503 });
  }

  override async alarm(): Promise<void> {
    await this.#kept?.sleep();
  }
}

/** Named by the deployment's id; speaks the builder contract's HTTP for this one instance. */
export class Instance extends BuilderContainer {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env, 'instance');
  }
}

/** One of a few, named in builder-client.ts; fetches sources and builds them. */
export class Builds extends BuilderContainer {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env, 'builds');
  }
}
