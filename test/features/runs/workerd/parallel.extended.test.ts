// Tests where a chunk is divided, and when the results of slow rows are committed.
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runChunks } from '../../../../src/db/schema/runs.ts';
import { inputKey } from '../../../../src/features/runs/keys.ts';
import { startRun } from '../../../../src/features/runs/start-run.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { waitFor } from '../../../support/waiting.ts';
import { runScene } from '../scenes/run-scene.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

/** Batch steps, one of which waits for each row as long as the row says, and hangs for one row. */
const waiting = `import time


def wait(batch):
    if 70 in list(batch["hangs"]):
        time.sleep(1000)
    time.sleep(sum(batch["seconds"]))
    return batch


def build_steps(request):
    return {"steps": [wait]}
`;

const inverting = `def invert(batch):
    batch["by"] = [1 / n for n in batch["n"]]
    return batch


def build_steps(request):
    return {"steps": [invert]}
`;

describe("a run's only chunk", () => {
  test.each([
    ['a file of JSON', { format: 'jsonl', compression: null }, (text: string) => new Blob([text])],
    [
      'a compressed file',
      { format: 'jsonl', compression: 'gzip' },
      (text: string) => new Blob([text]).stream().pipeThrough(new CompressionStream('gzip')),
    ],
  ] as const)('a chunk of %s is divided after whole rows, including blank lines', async (_, input, encoded) => {
    const scene = await runScene(inverting);
    const rows = numbers(500).map(({ n }) => ({ n: n + 1, text: '\n\u00e4'.repeat(n % 7) }));
    const text = `\n${rows.map((row) => `${JSON.stringify(row)}\n \n`).join('')}\n\n`;
    const run = await scene.create(input);
    await scene.deps.blobs.put(inputKey(run.id), await new Response(encoded(text)).arrayBuffer());
    await startRun(scene.deps, scene.actor, scene.namespaceId, run.id);
    await scene.drain();
    const ended = await scene.row(run.id);
    expect(ended).toMatchObject({ status: 'succeeded', chunks: 1, rows: 500, done: 500 });
    expect(await scene.lines(ended, 'output')).toEqual(rows.map((row) => ({ ...row, by: 1 / row.n })));
    const parts = await scene.deps.db.select().from(runChunks).where(eq(runChunks.runId, run.id));
    expect(parts.length).toBeGreaterThan(1);
  });

  test('failed rows from all parts of a chunk are rerun, in order', async () => {
    const scene = await runScene(inverting);
    const rows = numbers(400).map(({ n }) => ({ n: n % 2 === 0 ? 0 : n, at: n }));
    const run = await scene.create({ rows });
    await scene.drain();
    const again = await scene.create({ failedOf: run.id });
    await scene.drain();
    const ended = await scene.row(again.id);
    expect(ended).toMatchObject({ status: 'failed', rows: 200, failed: 200 });
    expect(await scene.lines(ended, 'errors')).toMatchObject(
      rows.filter(({ n }) => n === 0).map((input, row) => ({ row, input })),
    );
  });
});

const runModel = z.looseObject({ run_id: z.string(), status: z.string(), done: z.int(), failed: z.int() });

describe('results', () => {
  let org: Organization;

  let at: string;

  beforeAll(async () => {
    org = await organization();
    at = `/v1/namespaces/${org.namespaceId}/runs`;
    const { plugin_id } = await publish(org, plugin({ name: 'waiting', files: { 'pipeline.py': waiting } }));
    await org.post(`${org.plugins}/${plugin_id}/deploy`);
  });

  async function start(rows: object[], max_parallel: number) {
    const body = { input: { rows }, max_parallel };
    return runModel.parse((await org.post(`${org.plugins}/waiting_1_0_0/runs`, body)).body).run_id;
  }

  const shown = async (id: string) => runModel.parse((await org.get(`${at}/${id}`)).body);

  /** Returns the output rows after checking that they are in order and match the run's count. */
  async function cancelledOutput(id: string): Promise<unknown[]> {
    await waitFor(async () =>
      expect(await shown(id)).toMatchObject({ done: expect.toSatisfy((done: number) => done > 0) }),
    );
    const cancelled = runModel.parse((await org.post(`${at}/${id}/cancel`)).body);
    const { text } = await org.send('GET', `${at}/${id}/output`, { headers: { accept: 'application/x-ndjson' } });
    const lines = text.split('\n').slice(0, -1);
    expect(await shown(id)).toMatchObject({ status: 'cancelled', done: lines.length, failed: 0 });
    expect(cancelled.done).toBe(lines.length);
    return lines.map((line) => JSON.parse(line));
  }

  test('results of slow rows are kept and counted when their run is cancelled', async () => {
    const rows = numbers(2000).map(({ n }) => ({ n, seconds: 0.02, hangs: 0 }));
    const kept = await cancelledOutput(await start(rows, 2));
    expect(kept.length).toBeLessThan(rows.length);
    const byNumber = z.array(z.object({ n: z.int() })).parse(kept);
    expect(byNumber.toSorted((a, b) => a.n - b.n)).toEqual(byNumber);
  });

  test('results of the rows before a slow row are committed while it runs', async () => {
    const rows = numbers(128).map(({ n }) => ({ n, seconds: 0, hangs: n }));
    const kept = await cancelledOutput(await start(rows, 1));
    expect(kept.length).toBeGreaterThanOrEqual(64);
    expect(kept).toEqual(rows.slice(0, Math.min(kept.length, 70)));
  });
});
