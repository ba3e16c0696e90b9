// Implements `npm run console:screenshots [FOLDER]`: captures every console page, light and dark, with the plugins from `npm start` and
// with plugins that failed, were rejected or were rolled back.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayClient } from '../src/client/client.ts';
import { pause } from '../src/client/retry.ts';
import { startScene } from '../test/console/console-scene.ts';
import { open, pageIds, pages } from '../test/console/pages.ts';
import { goExampleName } from './demo/example-repository.ts';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';

const usage = `npm run console:screenshots [-- FOLDER]

Takes a picture of every page of the console.

  FOLDER   where to (console-screenshots)`;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [0, 1] });

const [folder = 'console-screenshots'] = positionals;
const viewport = { width: 1280, height: 800 };

/** Pages of the demo's plugins. The console tests don't need them. */
const demoPages = [
  { name: 'demo-plugin', path: '/n/{namespace}/plugins/text_profile', shown: 'Asks for and gets' },
  { name: 'demo-source', path: '/n/{namespace}/plugins/text_profile/versions/1.0.0/source', shown: 'manifest.py' },
  { name: 'go-plugin', path: `/n/{namespace}/go/pipeline/${goExampleName}`, shown: 'Calls by version' },
];

const scene = await startScene({ args: [] });
try {
  await mkdir(folder, { recursive: true });
  const ids = await pageIds(scene);
  const { url: baseUrl, api_key: apiKey, namespace_id } = scene.local;
  const client = new SlipwayClient({ baseUrl, apiKey });
  for (const [version, message] of [
    ['1.1.0', '1.2.0 answers wrongly'],
    ['1.2.0', 'the answers were right'],
  ] as const)
    await client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback', {
      path: { namespace_id, slug: 'echo' },
      body: { version, message },
    });
  await called(client);
  await installed(client);
  let refused = 0;
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await scene.signedInPage({ colorScheme, viewport });
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) refused += 1;
    });
    for (const shown of [...pages, ...demoPages]) {
      await open(page, shown, ids);
      const path = join(folder, `${shown.name}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true, animations: 'disabled' });
      print(path);
    }
  }
  print(`Blocked by the content security policy: ${refused}`);
} finally {
  await scene.stop();
  await rm(scene.state, { recursive: true, force: true });
}

/** Waits until the demo's Go plugin is built or has failed. The first build on a machine takes minutes. */
async function installed(client: SlipwayClient): Promise<void> {
  const read = () => client.get('/api/plugins/{name}', { path: { name: goExampleName } });
  while ((await read()).status === 'building') await pause(1000, undefined);
}

/** Calls plugins, so that their pages show traffic. One call fails, which is too few for the plugin to count as failing. */
async function called(client: SlipwayClient): Promise<void> {
  const path = { namespace_id: scene.local.namespace_id, slug: 'echo' };
  const good = Array.from({ length: 40 }, () => ({ text: 'hello' }));
  for (const inputs of [...good, { text: 'hello', fail: true }])
    await client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime', { path, body: { inputs } });
}
