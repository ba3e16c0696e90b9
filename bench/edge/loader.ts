// Runs a module in Dynamic Workers of a local workerd, with the main module that the Worker gives them.
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import {
  isolateCompatibilityDate,
  isolateHeaders,
  isolateModules,
  isolateUrls,
} from '../../src/contract/isolate-calls.ts';
import { isolateMain } from '../../src/isolate/bundle.gen.ts';

/** Takes the ID of an instance from the path, and calls it as deploy/builder/isolates.ts does. */
const host = `import module from './plugin.bin';
export default {
  async fetch(request, { LOADER, MAIN }) {
    const worker = LOADER.get(new URL(request.url).pathname, () => ({
      compatibilityDate: '${isolateCompatibilityDate}',
      mainModule: '${isolateModules.main}',
      modules: { '${isolateModules.main}': { js: MAIN }, '${isolateModules.plugin}': { wasm: module } },
      env: {},
      globalOutbound: null,
    }));
    const headers = { '${isolateHeaders.timeLimit}': '30000' };
    return worker.getEntrypoint().fetch('${isolateUrls.call}', { method: 'POST', headers, body: request.body });
  },
};`;

export async function startLoader(module: Buffer, body: string) {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      workers: [
        {
          name: 'host',
          compatibilityDate: isolateCompatibilityDate,
          modules: [
            { type: 'ESModule', path: 'host.js', contents: host },
            { type: 'Data', path: 'plugin.bin', contents: new Uint8Array(module) },
          ],
          workerLoaders: { LOADER: {} },
          bindings: { MAIN: isolateMain },
        },
      ],
    }),
  );
  const url = await miniflare.ready;
  const call = async (id: number) => (await fetch(new URL(`/${id}`, url), { method: 'POST', body })).text();
  return {
    cold: async (at: number) => void (await call(at)),
    call: () => call(0),
    end: () => miniflare.dispose(),
  };
}
