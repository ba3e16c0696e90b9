import { expect, test } from 'vitest';
import { freePorts } from '../../../scripts/machine/ports.ts';
import { startSlipway, stateFolder } from '../slipway.ts';

test('Slipway reaches its own processes directly, even behind a proxy', async () => {
  const [port = 0] = await freePorts(1);
  const nobody = `http://127.0.0.1:${port}`;
  const slipway = await startSlipway(await stateFolder(), {
    env: { HTTP_PROXY: nobody, http_proxy: nobody, NO_PROXY: 'example.com', no_proxy: '', NODE_USE_ENV_PROXY: '1' },
  });
  await slipway.printed(/Ready in/);
});

test('every address responds with the settings for a container, and requests need a key', async () => {
  const [port = 0] = await freePorts(1);
  const publicUrl = `http://localhost:${port}`;
  const env = { PORT: String(port), SLIPWAY_BIND: '0.0.0.0', SLIPWAY_PUBLIC_URL: publicUrl };
  const slipway = await startSlipway(await stateFolder(), { env });
  const local = await slipway.ready();
  // With the default setting, only 127.0.0.1 responds.
  const plugins = `http://127.0.0.2:${port}/v1/namespaces/${local.namespace_id}/plugins`;
  expect((await fetch(plugins)).status).toBe(401);
  expect((await fetch(plugins, { headers: { authorization: `Bearer ${local.api_key}` } })).status).toBe(200);
  await slipway.printed(new RegExp(`${publicUrl}/#link=`));
});

test('Slipway starts where a process may have only 512 files open', { tags: 'long' }, async () => {
  const slipway = await startSlipway(await stateFolder(), { openFiles: 512 });
  await slipway.ready();
});
