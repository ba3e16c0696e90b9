// Makes pictures of pages comparable: the same clock, times, IDs and addresses in each run, and a count of the pixels that differ.
import type { Page } from 'playwright-core';
import { z } from 'zod';

const fixedTime = '2026-03-05T09:30:00.000Z';
const later = '2026-03-05T10:30:00Z';

/** Replaces what differs between runs in the answers of the server. The pages, the server and its data are the real ones. */
export async function withFixedData(page: Page): Promise<void> {
  await page.clock.setFixedTime(later);
  await page.route('**/v1/**', async (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    // The server may close an idle connection at the moment when it is used again.
    const response = await route.fetch({ maxRetries: 2 });
    await route.fulfill({ response, body: fixed(await response.text()) });
  });
}

function fixed(body: string): string {
  return body
    .replaceAll(/"(?:expires_at|next_attempt_at|last_used_at)":"[^"]*"/g, (field) => `${field.split(':')[0]}:null`)
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, fixedTime)
    .replaceAll(/\b([a-z]{2,4})_[0-9a-hjkmnp-tv-z]{26}\b/g, '$1_01m7wc54fherz84624ahd0kr7h')
    .replaceAll(/"(prefix|code_hash)":"[^"]*"/g, '"$1":"fixed"')
    .replaceAll(/"((?:p50|p95|sum|duration)_ms|calls|errors)":\d+/g, '"$1":1')
    .replaceAll(/\/tmp\/[\w./-]+/g, '/tmp/state');
}

const share = z.number();

/** The share of pixels that differ visibly; 1 if the sizes differ. Compared by the browser, which can read pictures. */
export async function differingShare(page: Page, expected: Buffer, seen: Buffer): Promise<number> {
  const blank = await page.context().newPage();
  const script = `(async () => {
    const read = async (text) => {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
      context.drawImage(picture, 0, 0);
      return context.getImageData(0, 0, picture.width, picture.height);
    };
    const [a, b] = [await read('${expected.toString('base64')}'), await read('${seen.toString('base64')}')];
    if (a.width !== b.width || a.height !== b.height) return 1;
    let differing = 0;
    for (let at = 0; at < a.data.length; at += 4) {
      const apart = [0, 1, 2].some((channel) => Math.abs(a.data[at + channel] - b.data[at + channel]) > 48);
      if (apart) differing += 1;
    }
    return (4 * differing) / a.data.length;
  })()`;
  const result = await blank.evaluate(script);
  await blank.close();
  return share.parse(result);
}
