// Follows needs from their cause to their end on a running server: each is listed by the API, by `slipway status` and in the overview,
// whose number in the menu is the list's, and is gone once it is dealt with.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { SlipwayClient } from '../../src/client/client.ts';
import { inProcess } from '../cli/in-process.ts';
import type { ConsoleScene } from './console-scene.ts';

export interface Followed {
  /** Parts of the title and of the command in the list. */
  title: string;
  command: string;
  make(): Promise<unknown>;
  /** Does it with commands, as far as they exist. */
  resolve(id: string): Promise<unknown>;
}

export function clientIn({ local }: ConsoleScene): SlipwayClient {
  return new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key, retries: { retriesMax: 0 } });
}

/** Runs a command that must succeed. Returns what it printed. */
export async function slipwayIn({ local }: ConsoleScene, ...args: string[]): Promise<string> {
  const ran = await inProcess(args, { SLIPWAY_BASE_URL: local.url, SLIPWAY_API_KEY: local.api_key });
  expect(ran).toMatchObject({ exit: 'done' });
  return ran.stdout;
}

/** Adds a test of each need, by its kind. */
export function followNeeds(scene: ConsoleScene, followed: Record<string, Followed>): void {
  test.each(Object.entries(followed))('%s is listed everywhere until it is dealt with', (kind, one) =>
    follow(scene, kind, one),
  );
}

async function follow(scene: ConsoleScene, kind: string, one: Followed): Promise<void> {
  await one.make();
  const ofKind = async () => (await clientIn(scene).get('/v1/attention')).needs.filter((need) => need.kind === kind);
  await expect.poll(ofKind).toMatchObject([{ title: expect.stringContaining(one.title) }]);
  const [need] = await ofKind();
  const { action, id, title } = z
    .object({
      id: z.string(),
      title: z.string(),
      action: z.object({ command: z.string(), page: z.string().nullable() }),
    })
    .parse(need);
  expect(action.command).toContain(one.command);
  expect(await slipwayIn(scene, 'status')).toContain(`${title}\n    ${action.command}\n`);

  const page = await scene.signedInPage();
  const items = page.getByRole('region', { name: 'Needs you' }).getByRole('listitem');
  const row = items.filter({ hasText: title });
  await row.getByText(action.command).waitFor();
  const badge = page.getByRole('navigation', { name: 'Main' }).getByTitle(/needs? you$/);
  await expect.poll(async () => Number(await badge.innerText())).toBe(await items.count());
  await row.getByRole('link').first().click();
  await page.waitForURL((url) => `${url.pathname}${url.search}`.startsWith(action.page?.split('?')[0] ?? ''));
  expect(await page.getByText(/could not be found|not found|may not/i).count()).toBe(0);

  await one.resolve(id);
  await expect.poll(ofKind).toEqual([]);
  expect(await slipwayIn(scene, 'status')).not.toContain(title);
  await page.goto(scene.path(''));
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await expect.poll(() => row.count()).toBe(0);
  await page.close();
}
