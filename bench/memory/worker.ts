// Wraps the Worker: `/memory/modules/NTH` calls a plugin in an isolate as it does, whose module was PUT there.
// First: it loads zod's extension for OpenAPI before any schema is made.
export * from '../../src/worker.ts';

import { z } from 'zod';
import { wasmKey } from '../../src/deploy/builder/builds.ts';
import { builderByUrl } from '../../src/deploy/builder/client.ts';
import { builderWithIsolates } from '../../src/deploy/builder/isolates.ts';
import worker from '../../src/worker.ts';

const bindingsSchema = z.object({ ARCHIVES: z.custom<R2Bucket>(), LOADER: z.custom<WorkerLoader>() });

async function callModule(request: Request, env: unknown, nth: string): Promise<Response> {
  const { ARCHIVES, LOADER } = bindingsSchema.parse(env);
  if (request.method === 'PUT') {
    await ARCHIVES.put(wasmKey(nth), await request.arrayBuffer());
    return new Response();
  }
  const builder = builderWithIsolates(builderByUrl({ url: 'http://127.0.0.1:1', token: 'none' }), {
    loader: LOADER,
    blobs: ARCHIVES,
    clock: { now: () => Date.now() },
    moduleOf: async () => nth,
    logOf: () => [],
  });
  return new Response(await builder.operate(`dep_${nth}`, '{}').then(() => 'answered', String));
}

export default {
  ...worker,
  fetch: async (request, env, ctx) => {
    const [, nth] = /\/memory\/modules\/(\d+)$/.exec(request.url) ?? [];
    return nth === undefined ? worker.fetch(request, env, ctx) : callModule(request, env, nth);
  },
} satisfies ExportedHandler<Cloudflare.Env>;
