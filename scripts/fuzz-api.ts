// Starts a local Slipway and fuzzes it: `node scripts/fuzz-api.ts [arguments of schemathesis run]`. To finish within minutes, select
// some routes: `node scripts/fuzz-api.ts --include-path-regex '/(runs|calls)\b'`. Creates the resources that operations need, then runs
// schemathesis (PyPI, installed by uv) with schemathesis.toml on the OpenAPI document. Go plugin routes need Go and Git. SLIPWAY_STATE
// names an empty state folder to keep; by default, the folder is temporary.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SlipwayClient } from '../src/client/client.ts';
import { GitServer } from '../test/builder/sources/git-server.ts';
import { newStateFolder, startSlipway } from '../test/e2e/slipway.ts';
import { packFolder } from './demo/pack.ts';
import {
  createKeys,
  createNamespaces,
  createOrganization,
  createPlugins,
  type FuzzedServer,
} from './fuzzing/resources.ts';
import { installGoPlugin } from './fuzzing/sample-plugins.ts';
import type { Local } from './local/organization.ts';
import { answerHelp } from './machine/command-line.ts';
import { loopback } from './machine/ports.ts';
import { createEnvironment } from './testing/uv.ts';

const usage = `node scripts/fuzz-api.ts [OPTION...]

Fuzzes a Slipway that it starts. Options are those of \`schemathesis run\`, such as --include-path-regex '/(runs|calls)\\b'.

Environment:
  SLIPWAY_STATE   an empty folder for the state, which is kept (a temporary one)`;

answerHelp(usage);

const schemathesisVersion = '4.32.0';
const receiver = createServer((_, response) => response.writeHead(204).end());
const git = await GitServer.start();
const keptState = process.env.SLIPWAY_STATE;
const state = keptState ?? (await newStateFolder());
const venv = join(state, 'schemathesis');
const failed = await createEnvironment(venv, 'python3', [`schemathesis==${schemathesisVersion}`]);
if (failed) throw new Error(failed.output);
const slipway = await startSlipway(state, {
  args: ['--no-demo'],
  env: { SLIPWAY_ALLOW_LOOPBACK: '1', SLIPWAY_ANONYMOUS: '0', BUILDER_GO_CACHE: resolve('dist/go/cache') },
});
try {
  process.exitCode = await fuzz(await slipway.ready());
} finally {
  await slipway.stop();
  await git.close();
  receiver.close();
  if (keptState === undefined) await rm(state, { recursive: true, force: true });
}

async function fuzz(local: Local): Promise<number> {
  const settings = await createResources(local);
  const variables = Object.entries(settings).map(([name, value]) => [`SLIPWAY_${name}`, value]);
  const env = { ...process.env, ...Object.fromEntries(variables) };
  const args = ['run', `${local.url}/openapi.json`, ...process.argv.slice(2)];
  const run = spawn(join(venv, 'bin/schemathesis'), args, { env, stdio: 'inherit' });
  const [exitCode] = await once(run, 'close');
  return exitCode ?? 1;
}

/** Returns schemathesis.toml's variables, without their prefix. */
async function createResources(local: Local): Promise<Record<string, string>> {
  await once(receiver.listen(0, loopback), 'listening');
  const address = receiver.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver does not listen on a port.');
  const server: FuzzedServer = {
    local,
    client: new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key }),
    receiverUrl: `http://${loopback}:${address.port}`,
    archive: new Blob([await packFolder('examples/text_profile')]),
  };
  const operator = new SlipwayClient({ baseUrl: local.url, apiKey: local.admin_token });
  // The examples in the OpenAPI document use the first name.
  for (const name of fuzzesGoPlugins() ? ['http-auth', 'uninstalled'] : [])
    for (const kind of ['pipeline', 'storage'] as const) await installGoPlugin(server.client, git, { kind, name });
  return {
    API_KEY: local.api_key,
    ADMIN_TOKEN: local.admin_token,
    NAMESPACE: local.namespace_id,
    ...(await createPlugins(server)),
    ...(await createNamespaces(server)),
    ...(await createKeys(server)),
    ...(await createOrganization(operator)),
    ...(await createOfFeatures(server)),
  };
}

interface FeatureResources {
  create(server: FuzzedServer): Promise<Record<string, string>>;
}

async function createOfFeatures(server: FuzzedServer): Promise<Record<string, string>> {
  const settings: Record<string, string> = {};
  for (const file of globSync('scripts/fuzzing/features/*.ts')) {
    const { create }: FeatureResources = await import(resolve(file));
    Object.assign(settings, await create(server));
  }
  return settings;
}

/** Go plugins take minutes to compile, so they may be excluded. */
function fuzzesGoPlugins(): boolean {
  const { values } = parseArgs({ options: { 'include-path-regex': { type: 'string' } }, strict: false });
  const selected = new RegExp(String(values['include-path-regex'] ?? ''));
  return ['/api/plugins/{name}', '/api/storage-plugins/{name}'].some((path) => selected.test(path));
}
