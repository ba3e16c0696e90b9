// Runs bench/memory/modules-worker.ts in a workerd with an inspector, with modules of so many bytes in its store.
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { freePorts } from '../../scripts/local/ports.ts';
import { bundleModule } from '../../scripts/local/runtime/worker-bundle.ts';
import { isolateCompatibilityDate } from '../../src/contract/builder/isolate-calls.ts';
import type { Isolate } from './inspector.ts';

interface Modules {
  isolate: Isolate;
  /** Calls a plugin of each module at the same time, none of which was loaded. */
  load(): Promise<void>;
}

/** An empty module with a section that means nothing, and fills it up. */
function moduleOf(bytes: number): Uint8Array<ArrayBuffer> {
  const module = new Uint8Array(bytes);
  const section = bytes - 14;
  const size = Array.from({ length: 5 }, (_, i) => ((section >> (7 * i)) & 0x7f) | (i < 4 ? 0x80 : 0));
  module.set([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, ...size]);
  return module;
}

export async function withModules(sizes: number[], work: (modules: Modules) => Promise<void>): Promise<void> {
  const [inspectorPort = 0] = await freePorts(1);
  const { code } = await bundleModule('bench/memory/modules-worker.ts');
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      inspectorPort,
      cf: false,
      workers: [
        {
          name: 'host',
          compatibilityDate: isolateCompatibilityDate,
          modules: [{ type: 'ESModule', path: 'host.js', contents: code }],
          workerLoaders: { LOADER: {} },
          r2Buckets: ['ARCHIVES'],
        },
      ],
    }),
  );
  try {
    const { origin } = await miniflare.ready;
    for (const [nth, bytes] of sizes.entries())
      await fetch(`${origin}/${nth}`, { method: 'PUT', body: moduleOf(bytes) });
    const call = async (_: number, nth: number) =>
      console.error(`module ${nth}: ${(await (await fetch(`${origin}/${nth}`)).text()).slice(0, 200)}`);
    const isolate = { inspectorPort, name: 'host', ping: `${origin}/ping` };
    await work({ isolate, load: async () => void (await Promise.all(sizes.map(call))) });
  } finally {
    await miniflare.dispose();
  }
}
