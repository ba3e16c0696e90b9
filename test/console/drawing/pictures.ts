// Makes page pictures comparable: sets the same clock, times, IDs, addresses and traffic in each run, and counts differing pixels.
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { SlipwayClient } from '../../../src/client/client.ts';
import type { ConsoleScene } from '../console-scene.ts';
import { indexedPng } from './indexed-png.ts';
import { busyDay, withManyPlugins } from './many-plugins.ts';
import { withFixedMoments } from './moments.ts';
import { drawnAt, withFixedTimes } from './times.ts';
import { usualDay, withTraffic } from './traffic.ts';

const idPattern = /\b([a-z]{2,4})_[0-9a-hjkmnp-tv-z]{26}\b/g;

/**
 * Replaces values in the server's responses that differ between runs. Everything else is real: the pages, the server and its data. With
 * `isLarge`, the namespace's lists have many rows.
 */
export async function withFixedData(page: Page, scene: ConsoleScene, isLarge = false): Promise<void> {
  const ids = new FixedIds();
  const uploads = await uploadsOf(scene);
  await page.clock.setFixedTime(drawnAt);
  await page.route('**/v1/**', async (route) => {
    const url = ids.real(route.request().url());
    if (route.request().method() !== 'GET') return route.continue({ url });
    // The server may close an idle connection at the moment it is reused.
    const response = await route.fetch({ url, maxRetries: 2 });
    const called = withTraffic(await response.text(), drawnAt, isLarge ? busyDay : usualDay);
    const body = ids.fixed(isLarge ? withManyPlugins(called) : called);
    await route.fulfill({ response, body: fixed(withFixedTimes(withFixedMoments(body, drawnAt), uploads)) });
  });
}

/** Returns the times at which uploads started, oldest first. */
async function uploadsOf({ local }: ConsoleScene): Promise<string[]> {
  const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
  const query = { type: 'upload.created', order: 'asc', limit: 1000 } as const;
  const { results } = await client.get('/v1/events', { query });
  const route = '/v1/namespaces/{namespace_id}/plugins/uploads/{upload_id}';
  // The event is slightly later than the upload.
  const uploads = results.map(({ subject_id: upload_id }) =>
    client.get(route, { path: { namespace_id: local.namespace_id, upload_id } }),
  );
  return (await Promise.all(uploads)).map(({ created_at }) => created_at);
}

/** Numbers the IDs of each kind in order of appearance. Page requests with a numbered ID are sent with the real ID. */
class FixedIds {
  readonly #fixed = new Map<string, string>();
  readonly #real = new Map<string, string>();

  fixed(text: string): string {
    return text.replaceAll(idPattern, (id, kind) => {
      const known = this.#fixed.get(id);
      if (known !== undefined) return known;
      const number = String(this.#fixed.size).padStart(3, '0');
      const made = `${kind}_01m7wc54fherz84624ahd0k${number}`;
      this.#fixed.set(id, made);
      this.#real.set(made, id);
      return made;
    });
  }

  real(text: string): string {
    return text.replaceAll(idPattern, (id) => this.#real.get(id) ?? id);
  }
}

function fixed(body: string): string {
  return body
    .replaceAll(/"(?:expires_at|next_attempt_at|last_used_at)":"[^"]*"/g, (field) => `${field.split(':')[0]}:null`)
    .replaceAll(/"(prefix|code_hash)":"[^"]*"/g, '"$1":"fixed"')
    .replaceAll(/"(sum|duration)_ms":\d+/g, '"$1_ms":240')
    .replaceAll(/\/tmp\/[\w./-]+/g, '/tmp/state');
}

const readPixels = `const pixelsOf = async (text) => {
        const picture = await createImageBitmap(new Blob([Uint8Array.fromBase64(text)]));
        const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
        context.drawImage(picture, 0, 0);
        return context.getImageData(0, 0, picture.width, picture.height);
      };`;

const picture = z.object({ width: z.int(), height: z.int(), colors: z.string() });

/** Returns the picture with fewer colors and bytes. A blank browser page reads the pixels, because a browser can read all formats. */
export async function compact(blank: Page, png: Buffer): Promise<Buffer> {
  const read = await blank.evaluate(
    `(async () => {
      ${readPixels}
      const { data, width, height } = await pixelsOf('${png.toString('base64')}');
      const level = (at) => Math.round(data[at] / 17);
      const colors = Uint16Array.from({ length: width * height },
        (_, pixel) => (level(4 * pixel) << 8) | (level(4 * pixel + 1) << 4) | level(4 * pixel + 2));
      return { width, height, colors: new Uint8Array(colors.buffer).toBase64() };
    })()`,
  );
  const { width, height, colors } = picture.parse(read);
  const bytes = Uint8Array.from(Buffer.from(colors, 'base64'));
  return indexedPng({ width, height, colors: new Uint16Array(bytes.buffer) });
}

const share = z.number();

/** Returns the share of visibly different pixels, or 1 if the sizes differ. */
export async function differingShare(blank: Page, expected: Buffer, seen: Buffer): Promise<number> {
  const compared = await blank.evaluate(
    `(async () => {
      ${readPixels}
      const a = await pixelsOf('${expected.toString('base64')}');
      const b = await pixelsOf('${seen.toString('base64')}');
      if (a.width !== b.width || a.height !== b.height) return 1;
      let differing = 0;
      for (let at = 0; at < a.data.length; at += 4) {
        const apart = [0, 1, 2].some((channel) => Math.abs(a.data[at + channel] - b.data[at + channel]) > 48);
        if (apart) differing += 1;
      }
      return (4 * differing) / a.data.length;
    })()`,
  );
  return share.parse(compared);
}
