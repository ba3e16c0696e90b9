// A plugin that is deployed for batches, whose runs are created and read over HTTP. The test does the work itself.
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { createKey } from '../../../../src/access/keys.ts';
import { consume } from '../../../../src/consume.ts';
import { idSchema } from '../../../../src/contract/ids.ts';
import { scopes } from '../../../../src/contract/scopes.ts';
import type { RunId } from '../../../../src/core/ids.ts';
import { runs } from '../../../../src/db/schema/runs.ts';
import type { Deps } from '../../../../src/deps.ts';
import { versionSlug } from '../../../../src/registry/versions/versions.ts';
import { type Client, clientOf } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { deploy, type Scene, scene } from '../../../support/scenes/scene.ts';

type Run = typeof runs.$inferSelect;

export interface RunScene extends Scene {
  client: Client;
  /** Path of the namespace's runs. */
  at: string;
  create(rows: object[], maxParallel?: number): Promise<Run>;
  /** Handles all sent messages, and the messages sent in turn. */
  drain(deps: Deps): Promise<void>;
  row(id: RunId): Promise<Run>;
  lines(run: Run, kind: 'output' | 'errors'): Promise<unknown[]>;
}

export async function runScene(pipeline: string, declared: string): Promise<RunScene> {
  const files = { 'pipeline.py': pipeline, 'manifest.py': declared };
  const made = await scene({ name: 'rows', realtime: false, files });
  await deploy(made, 'batch_only');
  const { actor, deps, namespaceId, sent, version } = made;
  const { secret } = await createKey(deps, actor, { name: 'caller', scopes: [...scopes], namespaceIds: null });
  const client = clientOf(`Bearer ${secret}`, testApp(deps).fetch);
  const at = `/v1/namespaces/${namespaceId}/runs`;
  const row = async (id: RunId): Promise<Run> => {
    const [found] = await deps.db.select().from(runs).where(eq(runs.id, id));
    if (!found) throw new Error('the run does not exist');
    return found;
  };
  return {
    ...made,
    client,
    at,
    row,
    create: async (rows, max_parallel = 4) => {
      const path = `/v1/namespaces/${namespaceId}/plugins/${versionSlug(version)}/runs`;
      const { body } = await client.post(path, { input: { rows }, max_parallel });
      return row(z.object({ run_id: idSchema('run') }).parse(body).run_id);
    },
    drain: async (by) => {
      for (let message = sent.shift(); message; message = sent.shift())
        if (isWork(message.type)) await consume(by, message);
    },
    lines: async (run, kind) => {
      const { text } = await client.send('GET', `${at}/${run.id}/${kind}`, {
        headers: { accept: 'application/x-ndjson' },
      });
      const lines = text.split('\n').filter((line) => line !== '');
      return lines.map((line): unknown => JSON.parse(line));
    },
  };
}

const isWork = (type: string) => type === 'work-run';
