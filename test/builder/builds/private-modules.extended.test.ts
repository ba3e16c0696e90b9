// Tests private modules that `src/kinds/go-plugin.ts` adds to a source. They are compiled from the source, without asking a proxy, and
// their builds aren't found for the same source without them.
// @module-tag go
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { moduleVersion, writeModuleProxy } from '../../module-proxy.ts';
import { buildSource, coldCacheMs, goMod, pipelinePlugin, startGoBuilder } from '../go-support.ts';
import { newFolder, type TestBuilder } from '../support.ts';

const secret = 'git.example.com/acme/lib';
const open = 'example.com/open';

let builder: TestBuilder;
let server: Server;
let asked: string[] = [];
let openSums: string;

beforeAll(async () => {
  const folder = newFolder();
  const proxy = await writeModuleProxy(folder, { [open]: { 'open.go': 'package open\n\nconst Word = "open"\n' } });
  openSums = proxy.sums(open);
  server = createServer(({ url = '' }, response) => {
    asked.push(url);
    try {
      response.end(readFileSync(join(folder, url)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const database = `sum.example.com+0a1b2c3d+AAAA http://127.0.0.1:${port}`;
  builder = await startGoBuilder({
    env: { GOPROXY: `http://127.0.0.1:${port}`, GOSUMDB: database, GONOSUMDB: 'example.com/open' },
  });
}, coldCacheMs);
afterAll(async () => {
  await builder.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const inSource = {
  [`slipway-modules/${secret}/go.mod`]: `module ${secret}\n\ngo 1.24\n\nrequire ${open} ${moduleVersion}\n`,
  [`slipway-modules/${secret}/lib.go`]: `package lib\n\nimport "${open}"\n\nconst Word = "secret " + open.Word\n`,
};

function plugin() {
  return {
    'go.mod': goMod(`require ${secret} v1.2.0`, `require ${open} ${moduleVersion}`),
    'go.sum': openSums,
    'plugin.go': pipelinePlugin('return map[string]interface{}{"word": lib.Word}, nil', { imports: `lib "${secret}"` }),
  };
}

test('a private module in the source is compiled without asking a proxy or checksum database', async () => {
  asked = [];
  const outcome = await buildSource(builder, { ...plugin(), ...inSource });
  expect(outcome).toMatchObject({
    type: 'built',
    build: {
      provenance: {
        modules: expect.arrayContaining([
          expect.objectContaining({ path: secret, version: 'v1.2.0' }),
          expect.objectContaining({ path: open, version: moduleVersion }),
        ]),
      },
    },
  });
  expect(asked.some((url) => url.startsWith(`/${open}/`))).toBe(true);
  expect(asked.filter((url) => url.includes('acme') || url.includes('lookup'))).toEqual([]);
});

test("a source without the private module doesn't find the builds or downloads of the source with it", {
  tags: 'long',
}, async () => {
  await buildSource(builder, { ...plugin(), ...inSource });
  expect(await buildSource(builder, plugin())).toMatchObject({
    type: 'failed',
    error: { code: 'modules-unavailable', message: expect.stringContaining(`${secret}@v1.2.0`) },
  });
});
