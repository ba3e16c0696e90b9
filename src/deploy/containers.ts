// The container of each instance, by the runtime's own API. Cloudflare's side of it only: what is done is in kept-container.ts.
import { DurableObject } from 'cloudflare:workers';
import { KeptContainer } from './kept-container.ts';

/** Named by the deployment's id; speaks the builder contract's HTTP for this one instance. */
export class Instance extends DurableObject {
  readonly #kept: KeptContainer | undefined;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    this.#kept = ctx.container && new KeptContainer(ctx.container, ctx.storage);
  }

  override async fetch(request: Request): Promise<Response> {
    if (this.#kept) return this.#kept.fetch(request);
    return new Response('this Worker runs without containers', { status: 503 });
  }

  override async alarm(): Promise<void> {
    await this.#kept?.sleep();
  }
}
