// Implements `npm run generated-clients`: generates clients from openapi.json, compiles them, counts their operations, and makes one
// call per surface with each client on a Slipway that it starts. Needs network access to install the generators into
// dist/generated-clients, and Go and Git for the plugins it calls. Skips clients whose generator needs a program that isn't installed.
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { documentedMethods } from '../src/api/openapi/route-definitions.ts';
import { SlipwayClient } from '../src/client/client.ts';
import { GitServer } from '../test/builder/sources/git-server.ts';
import { newStateFolder, startSlipway } from '../test/e2e/slipway.ts';
import {
  type CallEnvironment,
  clients,
  document,
  folder,
  type GeneratedClient,
} from './generated-clients/generators.ts';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { installGoPlugin } from './sample-plugins.ts';

const usage = `npm run generated-clients

Generates, compiles and calls clients from openapi.json.`;

readCommandLine(usage, { options: {} });

/** Results that each client's calls must return, by surface. */
const expectedResults = {
  namespaced: 'sample_1_0_0',
  organization: 'sample_1_0_0',
  pipeline: { output: { words: 2 } },
  storage: { healthy: true },
  agent: 'sample-agent 1.0.0',
};
const resultsSchema = z.object({
  namespaced: z.unknown(),
  organization: z.unknown(),
  pipeline: z.object({ output: z.unknown() }),
  storage: z.unknown(),
  agent: z.unknown(),
});

await mkdir(folder, { recursive: true });
await cp(new URL('../openapi.json', import.meta.url), document);
const paths = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const operations = Object.values(paths.parse(JSON.parse(await readFile(document, 'utf8'))).paths).flatMap((item) =>
  documentedMethods.filter((method) => method in item),
).length;

const state = await newStateFolder();
const slipway = await startSlipway(state, { env: { SLIPWAY_ALLOW_LOOPBACK: '1', SLIPWAY_ANONYMOUS: '0' } });
try {
  const environment = await prepareCalls();
  let failed = 0;
  for (const client of clients) if (!(await succeeds(client, environment))) failed += 1;
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await slipway.stop();
  await rm(state, { recursive: true, force: true });
}

/** Installs the Go plugins to call. The calls themselves create everything else. */
async function prepareCalls(): Promise<CallEnvironment> {
  const local = await slipway.ready();
  const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
  const git = await GitServer.start();
  for (const kind of ['pipeline', 'storage'] as const)
    await installGoPlugin(client, git, { kind, name: `sample-${kind}` });
  await git.close();
  return { SLIPWAY_BASE_URL: local.url, SLIPWAY_API_KEY: local.api_key, SLIPWAY_NAMESPACE: local.namespace_id };
}

/** Generates, compiles and calls one client, and prints the result. A skipped client doesn't count as failed. */
async function succeeds(client: GeneratedClient, environment: CallEnvironment): Promise<boolean> {
  const missing = client.needs.filter((program) => spawnSync('which', [program]).status !== 0);
  if (missing.length > 0) {
    print(`- ${client.name}: skipped, ${missing.join(' and ')} is not installed`);
    return true;
  }
  const out = join(folder, client.folder);
  await rm(out, { recursive: true, force: true });
  try {
    const kept = await client.generate(out);
    const results = resultsSchema.parse(JSON.parse(client.call(out, environment)));
    const wrong = Object.entries(expectedResults).filter(
      ([surface, expected]) => !isDeepStrictEqual(new Map(Object.entries(results)).get(surface), expected),
    );
    const right = kept === operations && wrong.length === 0;
    print(`${right ? '✓' : '✗'} ${client.name}: ${kept} of ${operations} operations, compiles`);
    for (const [surface, result] of Object.entries(results)) print(`    ${surface}: ${JSON.stringify(result)}`);
    for (const [surface, expected] of wrong) print(`    ${surface} should be ${JSON.stringify(expected)}`);
    return right;
  } catch (error) {
    print(`✗ ${client.name}: ${error instanceof Error ? error.message.slice(0, 2000) : String(error)}`);
    return false;
  }
}
