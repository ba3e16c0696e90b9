// Tests what the launcher counts when it ends a Worker, by the marks that the Worker printed.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { platformFolder } from '../../../scripts/local/miniflare.ts';
import { WorkInProgress } from '../../../scripts/local/work-in-progress.ts';
import { printedMarks, type WorkMarks } from '../../../src/core/work-marks.ts';

let state: string;
let work: WorkInProgress;
let marks: WorkMarks;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'slipway-work-'));
  onTestFinished(() => rm(state, { recursive: true }));
  await mkdir(platformFolder(state));
  begin();
});

/** Begins a Worker of this bundle. */
function begin(bundle = 'worker-1'): void {
  work = new WorkInProgress(state, bundle);
  marks = printedMarks(new Map(), (line) => expect(work.take(line)).toBe(true));
}

test('a hang is counted for what was in progress, once each, and named with its organization', async () => {
  marks.begin({ id: 'dep_1', organizationId: 'org_1' })();
  marks.begin({ id: 'upl_1', organizationId: 'org_1' });
  marks.begin({ id: 'upl_1', organizationId: 'org_1' });
  marks.begin({ id: 'deliver whe_1' });
  expect(await work.ended('hung')).toEqual(['deliver whe_1', 'upl_1 of org_1', 'upl_1 of org_1']);
  begin();
  expect(await work.counts()).toEqual({
    upl_1: { hung: 1, stopped: 0 },
    'deliver whe_1': { hung: 1, stopped: 0 },
  });
});

test('a second hang is counted only for what began last, so that work in progress beside it is not blamed again', async () => {
  marks.begin({ id: 'dep_1' });
  marks.begin({ id: 'upl_1' });
  await work.ended('hung');
  await work.ended('hung');
  expect(await work.counts()).toEqual({ dep_1: { hung: 1, stopped: 0 }, upl_1: { hung: 2, stopped: 0 } });
});

test('an orderly stop is counted apart from hangs', async () => {
  marks.begin({ id: 'dep_1' });
  await work.ended('hung');
  await work.ended('stopped');
  expect(await work.counts()).toEqual({ dep_1: { hung: 1, stopped: 1 } });
});

test('a request is named and not counted, because only its client repeats it', async () => {
  marks.begin({ id: 'request POST /v1/namespaces/ns_1/mcp', organizationId: 'org_1' });
  expect(await work.ended('hung')).toEqual(['request POST /v1/namespaces/ns_1/mcp of org_1']);
  expect(await work.counts()).toEqual({});
});

test("a step of the sweep is counted if no row's work was in progress", async () => {
  marks.begin({ id: 'sweep sweepIndex' });
  const end = marks.begin({ id: 'plu_1' });
  await work.ended('hung');
  end();
  await work.ended('hung');
  expect(await work.counts()).toEqual({ plu_1: { hung: 1, stopped: 0 }, 'sweep sweepIndex': { hung: 1, stopped: 0 } });
});

test('a runtime that restarts by itself begins without work', async () => {
  marks.begin({ id: 'dep_1' });
  printedMarks(new Map(), (line) => work.take(line));
  expect(await work.ended('hung')).toEqual([]);
});

test('after an upgrade, everything is tried again', async () => {
  marks.begin({ id: 'dep_1' });
  await work.ended('hung');
  begin('worker-2');
  expect(await work.counts()).toEqual({});
});

test.each(['{"level":"warn"}', '{"mark":"other"}', '{"mark":'])("a Worker's line %s is not a mark", (line) => {
  expect(work.take(line)).toBe(false);
});
