// Tests how the console shows a crash-looping instance: that it is down, how often it crashed, and why.
// @module-tag long
import { beforeAll, expect, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { echoPlugin, publish } from '../e2e/plugins.ts';
import { waitUntil } from '../support/waiting.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene({ plugins: false });

/** Exits shortly after each start. */
function crashing() {
  const plugin = echoPlugin('crashing', '1.0.0');
  const service = plugin.files['realtime.py']
    .replace('import time', 'import os\nimport signal')
    .replace('time.sleep(0)', 'signal.signal(signal.SIGALRM, lambda *_: os._exit(9))\n        signal.alarm(1)');
  return { ...plugin, files: { ...plugin.files, 'realtime.py': service } };
}

let deployment: string;
beforeAll(async () => {
  await publish(scene.client, crashing());
  const api = new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
  const path = { namespace_id: scene.local.namespace_id, plugin_id: 'crashing_1_0_0' };
  const deployed = await api.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy', { path });
  deployment = deployed.deployment_id ?? '';
  // Each pause is twice as long as the previous one, so that the test has time to look at the page.
  const isDown = async () => {
    const { serving } = await api.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/status', { path });
    const instance = serving?.instance;
    return instance?.state === 'restarting' && (instance.restarts?.count ?? 0) >= 5;
  };
  await waitUntil(isDown, { interval: 200 });
});

const restarting = /restarting \(\d+ times, last: .+, exit code 9\)/i;

test.each([
  ['the page of the plugin', () => scene.path('plugins/crashing'), 'Instance'],
  ['the page of its deployment', () => scene.path(`deployments/${deployment}`), 'Instance'],
])('a restart is shown on %s', async (_page, path, fact) => {
  const page = await scene.signedInPage();
  await page.goto(path());
  const shown = page.getByText(fact, { exact: true }).locator('..');
  await expect.poll(() => shown.innerText()).toMatch(restarting);
});

test("the organization's list of live plugins shows a restart", async () => {
  const page = await scene.signedInPage();
  await page.goto('/quotas');
  const row = page.getByRole('row', { name: /^crashing / });
  await expect.poll(() => row.innerText()).toMatch(restarting);
});
