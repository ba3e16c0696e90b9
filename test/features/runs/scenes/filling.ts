// An organization whose runs fill its stored bytes.
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { z } from 'zod';
import { sweepRuns } from '../../../../src/features/runs/sweep.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { storedBytes } from '../../../support/scenes/stored-bytes.ts';
import { waitFor } from '../../../support/waiting.ts';

export const KiB = 1024;
export const minute = 60 * 1000;

/** Repeats `text` in each row, or fails for that row. */
const pipeline = `def step(batch, times, fails):
    if fails:
        raise ValueError("no")
    batch["text"] = [text * times for text in batch["text"]]
    return batch


def build_steps(request):
    given = request.extractor_config.parameters
    return {"steps": [lambda batch: step(batch, given.get("times", 1), given.get("fails", False))]}
`;

export const runModel = z.looseObject({
  run_id: z.templateLiteral(['run_', z.string()]),
  status: z.string(),
  error: z.string().nullable(),
  ended_at: z.string().nullable(),
});
export const createdModel = runModel.extend({ presigned_url: z.string() });

export const usedUp = (limit: number | null) =>
  new RegExp(
    `^The quota stored_bytes is exhausted\\. This organization has ${limit} of ${limit} stored bytes, and this needs \\d+ more\\. Runs hold \\d+ of them\\. Cancel runs you no longer need: `,
  );

/** Sweeps at a later time. */
export async function sweepIn(ms: number): Promise<void> {
  const { deps } = testApp({ clock: clockAt(Date.now() + ms) });
  await sweepRuns(deps);
}

export async function objectBytes(id: string): Promise<number> {
  const { objects } = await env.ARCHIVES.list({ prefix: `runs/${id}/` });
  return objects.reduce((sum, { size }) => sum + size, 0);
}

export async function fillingScene() {
  const org = await organization();
  const at = `/v1/namespaces/${org.namespaceId}/runs`;
  const { plugin_id } = await publish(org, plugin({ name: 'filling_ext', files: { 'pipeline.py': pipeline } }));
  await org.post(`${org.plugins}/${plugin_id}/deploy?deployment_type=batch_only`);
  const create = (body: object) => org.post(`${org.plugins}/filling_ext_1_0_0/runs`, body);

  async function put(url: string, content: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    const body = new Uint8Array(typeof content === 'string' ? new TextEncoder().encode(content) : content);
    const headers = { 'content-length': String(body.length) };
    return org.fetch(new Request(url, { method: 'PUT', body, headers }));
  }

  async function ended(id: string) {
    return waitFor(async () => {
      const run = runModel.parse((await org.get(`${at}/${id}`)).body);
      expect(run.ended_at).not.toBeNull();
      return run;
    });
  }

  /** Runs these rows to the end. */
  async function runOf(rows: object[], parameters: object = {}) {
    const { body } = await create({ input: { rows }, parameters });
    return ended(runModel.parse(body).run_id);
  }

  async function heldByRuns(): Promise<number> {
    return (await storedBytes(org)).held_by.runs;
  }

  return { at, create, ended, heldByRuns, org, put, runOf };
}
