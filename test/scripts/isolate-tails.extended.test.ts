// Tests the runtime's messages to a Dynamic Worker's tail, as src/logs reads them. The runtime of the other tests has no tails.
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { isolateCompatibilityDate, isolateModules, markIsolateLine } from '../../src/contract/builder/isolate-calls.ts';
import { idSource } from '../../src/core/ids.ts';
import { outputMessages } from '../../src/logs/isolate-output.ts';

const id = idSource(Date.now)('deployment');

/** Prints the lines that an isolate's main module prints for a plugin. */
const printing = `export default {
  async fetch() {
    console.log(${JSON.stringify(markIsolateLine('stdout', 'req_1', 'printed'))});
    console.log(${JSON.stringify(markIsolateLine('stderr', 'req_1', 'warned'))});
    return new Response();
  },
};`;

/** Calls the Dynamic Worker as instances/isolates.ts does, and returns what the Dynamic Worker's tails have received. */
const host = `import { WorkerEntrypoint } from 'cloudflare:workers';
const got = [];
export class Log extends WorkerEntrypoint {
  tail(traces) {
    got.push(JSON.stringify({ props: this.ctx.props, traces }));
  }
}
export default {
  async fetch(request, { LOADER }, { exports }) {
    const worker = LOADER.get('printing', () => ({
      compatibilityDate: '${isolateCompatibilityDate}',
      mainModule: '${isolateModules.main}',
      modules: { '${isolateModules.main}': { js: ${JSON.stringify(printing)} } },
      env: {},
      globalOutbound: null,
      tails: [exports.Log({ props: { id: '${id}' } })],
    }));
    if (request.url.endsWith('/call')) return worker.getEntrypoint().fetch(request);
    return new Response('[' + got.join() + ']');
  },
};`;

const traceSchema = z.object({
  logs: z.array(z.object({ timestamp: z.number(), level: z.string(), message: z.tuple([z.string()]) })),
  outcome: z.literal('ok'),
  eventTimestamp: z.number(),
});
const tailedSchema = z.object({ props: z.object({ id: z.literal(id) }), traces: z.tuple([traceSchema]) });

let miniflare: Miniflare;
beforeAll(() => {
  const modules = [{ type: 'ESModule' as const, path: 'host.js', contents: host }];
  const worker = { name: 'host', compatibilityDate: isolateCompatibilityDate, modules, workerLoaders: { LOADER: {} } };
  miniflare = new Miniflare(
    convertV4MiniflareOptions({ host: '127.0.0.1', port: 0, cf: false, workers: [worker], handleRuntimeStdio() {} }),
  );
});
afterAll(() => miniflare.dispose());

test("a call's lines reach its instance's tail, with their time and marks", async () => {
  const url = await miniflare.ready;
  await fetch(new URL('/call', url));
  const tailed = async () => tailedSchema.array().parse(await (await fetch(new URL('/tailed', url))).json());
  await expect.poll(async () => (await tailed()).length).toBe(1);
  const [first] = await tailed();
  expect(outputMessages(id, first?.traces ?? [])).toEqual([
    {
      id,
      lines: [
        { at: expect.stringMatching(/^20/), stream: 'stdout', request: 'req_1', line: 'printed' },
        { at: expect.stringMatching(/^20/), stream: 'stderr', request: 'req_1', line: 'warned' },
      ],
    },
  ]);
});
