// The stored configuration of workerd: queries of the simulated D1 that only read write nothing.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { withQuietReads } from '../../../scripts/local/runtime/quiet-reads.ts';

test('a query of the D1 that Miniflare simulates stores no bookmark, and its Worker keeps its length', async () => {
  const miniflare = dirname(fileURLToPath(import.meta.resolve('miniflare')));
  const worker = await readFile(join(miniflare, 'workers', 'd1', 'database.worker.js'));
  expect(worker.includes('getCurrentBookmark')).toBe(true);
  const quiet = withQuietReads(worker);
  expect([quiet.includes('getCurrentBookmark'), quiet.length]).toEqual([false, worker.length]);
  const script = quiet.toString();
  expect(script).toContain('commitToken = "00000001-00000000-00000000-00000000000000000000000000000000";');
});
