// Implements `npm run console:screenshots [FOLDER]`: takes a picture of every page of the console, light and dark, with the plugin of
// `npm start` and plugins that failed, were rejected or rolled back. Prints what each page costs: requests, and the time until
// something is shown.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { SlipwayClient } from '../src/client/client.ts';
import { startScene } from '../test/console/console-scene.ts';
import { open, pageIds, pages } from '../test/console/pages.ts';
import { print } from './local/terminal.ts';

const folder = process.argv[2] ?? 'console-screenshots';
const viewport = { width: 1280, height: 800 };
const firstPaint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0";

const scene = await startScene({ args: [] });
try {
  await mkdir(folder, { recursive: true });
  const ids = await pageIds(scene);
  const { url: baseUrl, api_key: apiKey, namespace_id } = scene.local;
  const client = new SlipwayClient({ baseUrl, apiKey });
  await client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback', {
    path: { namespace_id, slug: 'echo' },
    body: { version: '1.1.0', message: '1.2.0 answers wrongly' },
  });
  let refused = 0;
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await scene.signedInPage({ colorScheme, viewport });
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) refused += 1;
    });
    for (const shown of pages) {
      const requests = await countRequests(page, () => open(page, shown, ids));
      const milliseconds = Number(await page.evaluate(firstPaint));
      const path = join(folder, `${shown.name}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true, animations: 'disabled' });
      print(
        `${path.padEnd(44)} ${requests.api} API requests, ${requests.files} files, first paint ${milliseconds.toFixed(0)} ms`,
      );
    }
  }
  print(`Refused by the content security policy: ${refused}`);
} finally {
  await scene.stop();
  await rm(scene.state, { recursive: true, force: true });
}

/** Of a page that is loaded as a whole. Files come from the browser's cache after the first page. */
async function countRequests(page: Page, load: () => Promise<void>): Promise<{ api: number; files: number }> {
  const seen = { api: 0, files: 0 };
  const count = (request: { url(): string }) => {
    if (request.url().includes('/v1/')) seen.api += 1;
    else seen.files += 1;
  };
  page.on('request', count);
  await load();
  page.off('request', count);
  return seen;
}
