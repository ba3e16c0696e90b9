// How long pages take to react: from pressing a key or a button to the next paint.
import type { Page } from 'playwright-core';
import type { ConsoleScene } from '../../test/console/console-scene.ts';
import { longestInteraction } from './observed.ts';

interface Interaction {
  name: string;
  /** The page that it happens on, in the namespace. */
  path: string;
  ready: string;
  run: (page: Page) => Promise<void>;
}

const interactions: Interaction[] = [
  {
    name: 'open the palette',
    path: 'plugins',
    ready: 'echo',
    run: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'type into the palette',
    path: 'plugins',
    ready: 'echo',
    run: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: /^Go to/ }).waitFor();
      await page.keyboard.type('echo 1.2', { delay: 50 });
      await page.getByRole('option', { name: 'echo 1.2.0' }).waitFor();
    },
  },
  {
    name: 'type into the search',
    path: 'plugins',
    ready: 'echo',
    run: async (page) => {
      await page.getByLabel('Filter by name').pressSequentially('spare', { delay: 50 });
      await page.getByRole('rowheader', { name: 'broken' }).first().waitFor({ state: 'detached' });
    },
  },
  {
    name: 'open a plugin',
    path: 'plugins',
    ready: 'echo',
    run: async (page) => {
      await page.getByRole('link', { name: 'echo', exact: true }).first().click();
      await page.getByText('Live 1.2.0').waitFor();
    },
  },
  {
    name: 'open the rollback dialog',
    path: 'plugins/echo',
    ready: 'Live 1.2.0',
    run: async (page) => {
      await page.getByRole('button', { name: 'Roll back to 1.1.0…', exact: true }).click();
      await page.getByLabel('Reason').waitFor();
    },
  },
  {
    name: 'choose another file of a version',
    path: 'plugins/echo/versions/1.2.0/source',
    ready: 'manifest.py',
    run: async (page) => {
      await page.getByRole('link', { name: 'realtime.py' }).click();
      await page.getByRole('heading', { name: 'realtime.py' }).waitFor();
    },
  },
  {
    name: 'filter events',
    path: '../../events',
    ready: 'The whole log',
    run: async (page) => {
      await page.getByLabel('Type').selectOption('upload.');
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.getByText('upload.rejected').first().waitFor();
    },
  },
];

const rounds = 5;

/** The median of several times for each, since other work of the machine makes any of them longer. */
export async function interactionTimes(page: Page, scene: ConsoleScene): Promise<string[][]> {
  const rows: string[][] = [];
  for (const interaction of interactions) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) times.push(await timeOf(interaction, page, scene));
    const median = times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
    rows.push([interaction.name, median === 0 ? '≤ 16' : median.toFixed(0)]);
  }
  return rows;
}

async function timeOf({ path, ready, run }: Interaction, page: Page, scene: ConsoleScene): Promise<number> {
  await page.goto(scene.path(path));
  await page.getByRole('main').getByText(ready).first().waitFor();
  await page.waitForLoadState('networkidle');
  await longestInteraction(page);
  await run(page);
  await page.waitForLoadState('networkidle');
  return longestInteraction(page);
}
