// Measures the console in a browser, on what `npm start` starts: what each page costs to open, and how long it takes to react.
import { rm } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { print } from '../../scripts/local/terminal.ts';
import { startScene } from '../../test/console/console-scene.ts';
import { open, pageIds, pages } from '../../test/console/pages.ts';
import { interactionTimes } from './interactions.ts';
import { type Loaded, observe, readLoaded } from './observed.ts';

const usage = `node bench/console/run.ts

Measures the console in a browser.`;

readCommandLine(usage, { options: {} });

const viewport = { width: 1280, height: 800 };
const slowness = 4;
const scene = await startScene({ args: [] });
try {
  const ids = await pageIds(scene);
  const page = await scene.signedInPage({ viewport });
  await observe(page);
  const rows = await loadedPages(page, ids);
  const interactions = await interactionTimes(page, scene);
  await slowDown(page);
  const slowRows = await loadedPages(page, ids);
  const slowInteractions = await interactionTimes(page, scene);
  print(`Load of the machine: ${loadavg().map((load) => load.toFixed(1))} on ${availableParallelism()} processors`);
  print('Opening a page, with the files of the console in the browser’s cache:');
  printTable(
    ['page', 'first paint', 'data shown', 'files', 'API requests', 'one after another', 'repeated', 'KB', 'long tasks'],
    rows.map(([name, row]) => [name, ...cells(row)]),
  );
  print(`\nThe same with a browser ${slowness} times as slow:`);
  printTable(
    ['page', 'first paint', 'data shown', 'long tasks'],
    slowRows.map(([name, { firstPaint, dataShown, longTasks }]) => [
      name,
      ms(firstPaint),
      ms(dataShown),
      tasks(longTasks),
    ]),
  );
  print('\nThe same for the first page of a new browser:');
  printTable(['page', 'first paint', 'data shown', 'files', 'KB'], [await firstVisit()]);
  print('\nFrom an interaction to the next paint (at most; 16 ms or less is not measured):');
  printTable(
    ['interaction', 'ms', `${slowness} times as slow`],
    interactions.map(([name = '', time = ''], index) => [name, time, slowInteractions[index]?.[1] ?? '']),
  );
  const violations = rows.reduce((sum, [, { violations }]) => sum + violations, 0);
  print(`\nViolations of the content security policy: ${violations}`);
} finally {
  await scene.stop();
  await rm(scene.state, { recursive: true, force: true });
}

function cells(row: Loaded): string[] {
  return [
    ms(row.firstPaint),
    ms(row.dataShown),
    String(row.files),
    String(row.apiRequests),
    String(row.apiDepth),
    row.repeated.join(' ') || '-',
    (row.bytes / 1024).toFixed(0),
    tasks(row.longTasks),
  ];
}

function tasks(longTasks: readonly number[]): string {
  return longTasks.map(ms).join(', ') || '-';
}

async function loadedPages(page: Page, ids: Record<string, string>): Promise<[string, Loaded][]> {
  const rows: [string, Loaded][] = [];
  for (const shown of pages) {
    await open(page, shown, ids);
    rows.push([shown.name, await readLoaded(page)]);
  }
  return rows;
}

/** Lets the scripts of the page run as on a slow machine. */
async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowness });
}

/** A browser profile without files, which gets the session's cookie. */
async function firstVisit(): Promise<string[]> {
  const shown = pages[0];
  if (!shown) throw new Error('There are no pages to open.');
  const signedIn = await scene.signedInPage({ viewport });
  const page = await (
    await scene.newContext({ viewport, storageState: await signedIn.context().storageState() })
  ).newPage();
  await observe(page);
  await open(page, shown, await pageIds(scene));
  const row = await readLoaded(page);
  return [shown.name, ms(row.firstPaint), ms(row.dataShown), String(row.files), (row.bytes / 1024).toFixed(0)];
}

function ms(time: number): string {
  return `${time.toFixed(0)} ms`;
}

function printTable(head: string[], rows: string[][]): void {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of [head, ...rows])
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
