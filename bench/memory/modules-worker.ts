// A Worker that calls plugins in isolates as Slipway's does, whose modules are in the store: `/<nth>` calls that one.

import { wasmKey } from '../../src/deploy/builder/builds.ts';
import { builderByUrl } from '../../src/deploy/builder/client.ts';
import { builderWithIsolates } from '../../src/deploy/builder/isolates.ts';

interface Bindings {
  ARCHIVES: R2Bucket;
  LOADER: WorkerLoader;
}

export default {
  async fetch(request: Request, { ARCHIVES, LOADER }: Bindings): Promise<Response> {
    const nth = new URL(request.url).pathname.slice(1);
    if (nth === 'ping') return new Response();
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
    const outcome = await builder.operate(`dep_${nth}`, '{}').then(() => 'answered', String);
    return new Response(outcome);
  },
} satisfies ExportedHandler<Bindings>;
