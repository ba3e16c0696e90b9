// Fuzzes a running local server: `node scripts/fuzz-api.ts [arguments of schemathesis run]`. Publishes plugins to query, then runs
// schemathesis (PyPI) with schemathesis.toml on the server's OpenAPI document. Start the server with SLIPWAY_ALLOW_LOOPBACK=1 and
// SLIPWAY_ANONYMOUS=0; SLIPWAY_STATE is its state folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { SlipwayClient } from '../src/client/client.ts';
import { ApiError } from '../src/client/errors.ts';
import { publish } from '../src/client/publish.ts';
import { GitServer } from '../test/builder/git-server.ts';
import { localFile, localSchema } from './local/organization.ts';
import { packFolder } from './local/pack-folder.ts';
import { installGoPlugin } from './local/sample-plugins.ts';

const example = { folder: 'examples/text_profile', name: 'text_profile' };

const local = localSchema.parse(JSON.parse(await readFile(localFile(process.env.SLIPWAY_STATE ?? '.slipway'), 'utf8')));
const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
const archive = new Blob([await packFolder(example.folder)]);
const owners = [{ namespaceId: local.namespace_id }, {}];
for (const owner of owners) {
  const request = { ...owner, name: example.name, archive };
  // Slipway numbers the second version: 1.0.1.
  if (await publishIfNew({ ...request, version: '1.0.0' })) await publish(client, request);
}

const git = await GitServer.start();
// The OpenAPI document uses this name in its examples.
for (const kind of ['pipeline', 'storage'] as const) await installGoPlugin(client, git, { kind, name: 'http-auth' });

async function publishIfNew(request: Parameters<typeof publish>[1]): Promise<boolean> {
  try {
    await publish(client, request);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return false;
    throw error;
  }
}

// A key for the run to rotate and revoke. Without it, the run would pick its own key from the list and lock itself out.
const spareKey = await client.post('/v1/keys', { body: { name: 'spare', scopes: ['plugins:read'] } });

const env = {
  ...process.env,
  SLIPWAY_API_KEY: local.api_key,
  SLIPWAY_ADMIN_TOKEN: local.admin_token,
  SLIPWAY_NAMESPACE: local.namespace_id,
  SLIPWAY_SPARE_KEY: spareKey.key_id,
};
const command = process.env.SCHEMATHESIS ?? 'schemathesis';
const run = spawn(command, ['run', `${local.url}/openapi.json`, ...process.argv.slice(2)], { env, stdio: 'inherit' });
const [exitCode] = await once(run, 'close');
await git.close();
process.exitCode = exitCode ?? 1;
