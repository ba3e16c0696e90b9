// Tests that scans take turns while the same process answers calls, because every call waits for the file that is being scanned.
import { expect, onTestFinished, test, vi } from 'vitest';
import { memorySource } from '../../src/archive/reading/byte-source.ts';
import { callArrived } from '../../src/core/turns.ts';
import { workerParsers } from '../../src/scan-host/parsers.ts';
import { scanSources } from '../../src/scan-host/scan-sources.ts';
import { openTestArchive } from '../support/archives/open-archive.ts';
import { plugin } from '../support/plugins/plugin.ts';

const files = Object.fromEntries(
  Array.from({ length: 8 }, (_, nth) => [`parts/part_${nth}.py`, `import os\n\nos.system("${nth}")\n`]),
);

/** Scans two plugins concurrently. Returns the maximum number of files that were scanned at the same time. */
async function mostScannedAtOnce(checkpoint: () => Promise<void>): Promise<number> {
  const parsers = workerParsers();
  let running = 0;
  let most = 0;
  const python = async () => {
    running += 1;
    most = Math.max(most, running);
    await scheduler.wait(1);
    running -= 1;
    return parsers.python();
  };
  const scan = async () => {
    const archive = await openTestArchive(memorySource(plugin({ files }).zip));
    const scanned = { level: 'seed', cached: new Map(), checkpoint } as const;
    await scanSources({ parsers: { ...parsers, python } }, archive, scanned);
  };
  await Promise.all([scan(), scan()]);
  return most;
}

test('scans of two plugins run concurrently without calls', async () => {
  // Another test file may have made a call in this process just before.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(await mostScannedAtOnce(async () => {})).toBe(2);
});

test('scans of all plugins together process one file at a time during calls', async () => {
  // Time stands still here, because on a busy machine a turn can expire even before a file is scanned.
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  callArrived();
  expect(await mostScannedAtOnce(async () => callArrived())).toBe(1);
});
