// Runs a module in Dynamic Workers of a local workerd, with the main module that the Worker gives them. Beside it, what costs the same
// without a plugin: a Worker that answers itself, Dynamic Workers that are empty, and ones that have the module but never start it.
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import {
  isolateCompatibilityDate,
  isolateHeaders,
  isolateModules,
  isolateUrls,
} from '../../src/contract/builder/isolate-calls.ts';
import { isolateMain } from '../../src/isolate/bundle.gen.ts';
import { callOnce, memoryOf, type Place, timed } from './measure.ts';
import { answer, body } from './subject.ts';

const emptyAnswer = 'nothing to do';
const emptyMain = `export default {
  async fetch(request) {
    await request.arrayBuffer();
    return new Response('${emptyAnswer}');
  },
};`;

/**
 * Takes the kind and the number of an instance from the path, and calls it as deploy/builder/isolates.ts does, as often as the query says.
 */
const host = `import module from './plugin.bin';
export default {
  async fetch(request, { LOADER, MAIN, EMPTY, IMPORT }) {
    const { pathname, searchParams } = new URL(request.url);
    const body = await request.arrayBuffer();
    if (pathname === '/route') return new Response('${emptyAnswer}');
    const js = pathname.startsWith('/plugin') ? MAIN : pathname.startsWith('/module') ? IMPORT + EMPTY : EMPTY;
    const wasm = js === EMPTY ? {} : { '${isolateModules.plugin}': { wasm: module } };
    const modules = { '${isolateModules.main}': { js }, ...wasm };
    const headers = { '${isolateHeaders.timeLimit}': '30000' };
    const call = () => {
      const worker = LOADER.get(pathname, () => ({
        compatibilityDate: '${isolateCompatibilityDate}',
        mainModule: '${isolateModules.main}',
        modules,
        env: {},
        globalOutbound: null,
      }));
      return worker.getEntrypoint().fetch('${isolateUrls.call}', { method: 'POST', headers, body });
    };
    for (let left = Number(searchParams.get('calls') ?? 1); left > 1; left--) await (await call()).text();
    return call();
  },
};`;

const callsFromWorker = 1000;

export async function startLoader(
  module: Uint8Array,
  colds: number,
  builderPid: number,
): Promise<{ places: Place[]; end(): Promise<void> }> {
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
          bindings: { MAIN: isolateMain, EMPTY: emptyMain, IMPORT: `import './${isolateModules.plugin}';\n` },
        },
      ],
    }),
  );
  const { origin } = await miniflare.ready;
  const target = (path: string, expected: string) => ({ url: origin + path, headers: {}, expected });
  const memoryBytes = () => memoryOf(process.pid) - memoryOf(builderPid);
  const dynamic = (name: string, kind: string, expected: string): Place => ({
    name,
    colds,
    cold: (at) => callOnce(target(`/${kind}/${at}`, expected)),
    target: () => target(`/${kind}/0`, expected),
    memoryBytes,
    fromWorker: async () =>
      (await timed(() => fetch(`${origin}/${kind}/0?calls=${callsFromWorker}`, { method: 'POST', body }))) /
      callsFromWorker,
  });
  const route = target('/route', emptyAnswer);
  return {
    places: [
      { name: 'empty route', colds, cold: () => callOnce(route), target: () => route, memoryBytes },
      dynamic('empty Dynamic Worker', 'empty', emptyAnswer),
      dynamic('… with the module', 'module', emptyAnswer),
      dynamic('Dynamic Worker', 'plugin', answer),
    ],
    end: () => miniflare.dispose(),
  };
}
