// Tells the kernel's tests what they need to know about runs.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import { idSchema } from '../../../../src/contract/ids.ts';
import { runLimits } from '../../../../src/contract/limits/batches.ts';
import { leases, sweepLimits } from '../../../../src/contract/limits/leases.ts';
import { systemClock } from '../../../../src/core/clock.ts';
import { idSource } from '../../../../src/core/ids.ts';
import { inputKey, partKey, storedChunkKey } from '../../../../src/features/runs/keys.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import { copyRow } from '../../../support/database/many-rows.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import type { Organization } from '../../../support/scenes/organization.ts';

const namespace = '/v1/namespaces/{namespace_id}';
const invoke = { scope: 'plugins:invoke', of: 'namespace' } as const;
const undeployed = { ...invoke, status: 400, sent: { body: { input: { format: 'jsonl' } } } };

/** Creates a run that has its input. */
const started: Row['ready'] = async ({ org }, name) => {
  const { plugin_id } = await publish(org, plugin({ name }));
  await org.post(`${org.plugins}/${plugin_id}/deploy`);
  const { body } = await org.post(`${org.plugins}/${plugin_id}/runs`, { input: { rows: [{ data: 'a' }] } });
  return { ids: { run_id: z.object({ run_id: z.string() }).parse(body).run_id } };
};

const authorization: Record<string, Row> = {
  [`POST ${namespace}/plugins/{plugin_id}/runs`]: undeployed,
  [`GET ${namespace}/plugins/{plugin_id}/runs`]: invoke,
  [`POST ${namespace}/plugins/by-name/{slug}/runs`]: undeployed,
  [`GET ${namespace}/plugins/by-name/{slug}/runs`]: invoke,
  [`GET ${namespace}/runs`]: invoke,
  [`GET ${namespace}/runs/{run_id}`]: invoke,
  [`POST ${namespace}/runs/{run_id}/start`]: { ...invoke, ready: started },
  [`POST ${namespace}/runs/{run_id}/cancel`]: { ...invoke, ready: started },
  [`GET ${namespace}/runs/{run_id}/events`]: invoke,
  [`GET ${namespace}/runs/{run_id}/output`]: invoke,
  [`GET ${namespace}/runs/{run_id}/errors`]: invoke,
};

/** Creates a run of a plugin deployed for batches, and cancels the run, so that following it ends. */
async function newRun(org: Organization, pluginId: string): Promise<string> {
  const { body } = await org.post(`${org.plugins}/${pluginId}/runs`, { input: { format: 'jsonl' } });
  const { run_id } = z.object({ run_id: idSchema('run') }).parse(body);
  await org.post(`/v1/namespaces/${org.namespaceId}/runs/${run_id}/cancel`);
  return run_id;
}

const deployedSchema = z.object({ plugin_id: z.string(), version_id: z.string() });
const times = 1000;
const first = { from: 10_001, times };
const second = { from: 20_001, times };
const third = { from: 30_001, times };
const fourth = { from: 40_001, times };
const run = (statement: string) => env.DB.prepare(statement).run();

/** Runs that wait for a split, for their chunks, for a start, or for deletion. Each belongs to a different organization. */
async function makeDue({ old, org }: { old: string; org: Organization }): Promise<void> {
  const version = await env.DB.prepare('select plugin_id, version_id from deployments limit 1').first();
  const { plugin_id, version_id } = deployedSchema.parse(version);
  await run(`insert into runs (id, organization_id, namespace_id, plugin_id, plugin_name, version_id, version, deployment_id, status, format, parameters, batch_size, max_parallel, created_by, created_at, updated_at)
    values ('run_00000000000000000000000001', '${org.id}', '${org.namespaceId}', '${plugin_id}', 'hello_ext', '${version_id}', '1.0.0', 'dep_1', 'cancelled', 'jsonl', '{}', 64, 4, '{"type":"system","id":"tests"}', ${old}, ${old})`);
  const own = { created_at: old, updated_at: old, organization_id: "'org_' || i" };
  await copyRow('runs', first, { ...own, status: "'queued'" });
  await copyRow('runs', second, { ...own, status: "'running'" });
  await copyRow('runs', third, { ...own, status: "'open'", created_at: '1' });
  await copyRow('runs', fourth, { ...own, status: "'failed'", ended_at: '1' });
  await run(`insert into run_chunks (id, run_id, organization_id, number, start_at, bytes, first_row, rows, is_too_long, status, parts)
    select id || '.0', id, organization_id, 0, 0, 1, 0, 1, 0, 'waiting', '[]' from runs where status = 'running'`);
}

const stored = idSource(systemClock.now)('run');

export const rows: FeatureRows = {
  authorization,
  missingIds: { run_id: 'run_00000000000000000000000000' },
  ids: async ({ name, org }) => {
    const { plugin_id } = await publish(org, plugin({ name: `${name}_rows` }));
    await org.post(`${org.plugins}/${plugin_id}/deploy`);
    return { run_id: await newRun(org, plugin_id) };
  },
  operationEvents: {
    [`POST ${namespace}/plugins/by-name/{slug}/runs`]: [],
    [`POST ${namespace}/plugins/{plugin_id}/runs`]: [],
    [`POST ${namespace}/runs/{run_id}/cancel`]: ['run.cancelled'],
    [`POST ${namespace}/runs/{run_id}/start`]: [],
  },
  bounded: [
    {
      what: 'message `stop-runs`',
      queries: 1 + sweepLimits.changedByOne * 3,
      others: 1,
    },
    {
      // A split writes several chunks at a time. Once its instance has started, each chunk is claimed, divided, renewed and committed,
      // even if a row takes long.
      what: 'message `work-run`',
      queries:
        Math.ceil(runLimits.inputBytes / runLimits.chunkBytes / runLimits.chunksAtOnce) +
        runLimits.chunksOfMessage * 3 +
        (runLimits.workMs + runLimits.splitMs) / leases.run.renewEveryMs +
        runLimits.workMs / runLimits.commitMs +
        20,
      others: runLimits.chunksOfMessage * 4 + 20,
    },
  ],
  storedObjects: [
    [inputKey(stored), 'application/octet-stream'],
    [storedChunkKey(stored, 0), 'application/octet-stream'],
    [partKey(stored, 0, 1, 'output'), 'application/x-ndjson'],
    [partKey(stored, 0, 1, 'errors'), 'application/x-ndjson'],
  ],
  makeDue,
};
