// Tests the breakdown of stored bytes: the bytes listed for each holder match the store, and are zero once everything is deleted.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sweepRuns } from '../../../../src/features/runs/sweep.ts';
import { sweepLaterCalls } from '../../../../src/serve/later/sweep.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { storedBytes } from '../../../support/scenes/stored-bytes.ts';
import { waitFor } from '../../../support/waiting.ts';

const pipeline = `def check(batch):
    if batch["n"][0] == 1:
        raise ValueError("no")
    return batch


def build_steps(request):
    return {"steps": [check]}
`;

const minutes = 60 * 1000;
const days = 24 * 60 * minutes;

async function objectBytes(prefix: string): Promise<number> {
  const { objects } = await env.ARCHIVES.list({ prefix });
  return objects.reduce((sum, { size }) => sum + size, 0);
}

test('stored bytes are listed by holder, match the store, and are 0 once everything is deleted', async () => {
  const org = await organization();
  const archive = plugin({ name: 'mixed_ext', realtime: true, files: { 'pipeline.py': pipeline } });
  const { plugin_id } = await publish(org, archive);
  const at = `${org.plugins}/${plugin_id}`;
  await org.post(`${at}/deploy`);
  await waitFor(async () => expect((await org.get(`${at}/status`)).body).toMatchObject({ status: 'DEPLOYED' }));
  const created = await org.post(`${at}/runs`, { input: { rows: [{ n: 1 }, { n: 2 }] } });
  const { run_id } = z.object({ run_id: z.string() }).parse(created.body);
  await waitFor(async () => {
    const { body } = await org.get(`/v1/namespaces/${org.namespaceId}/runs/${run_id}`);
    expect(body).toMatchObject({ ended_at: expect.any(String), status: expect.stringMatching(/partial|failed/) });
  });
  const headers = { prefer: 'respond-async' };
  const accepted = await org.send('POST', `${at}/realtime/test`, {
    body: { inputs: { a: 'large'.repeat(1000) } },
    headers,
  });
  const { call_id } = z.object({ call_id: z.string() }).parse(accepted.body);
  await org.send('GET', `/v1/calls/${call_id}`, { headers: { prefer: 'wait=60' } });

  const { held_by, used } = await storedBytes(org);
  expect({ ...held_by, logs: 0 }).toEqual({
    archives: archive.zip.length,
    models: 0,
    artifacts: 0,
    runs: await objectBytes(`runs/${run_id}/`),
    later_calls: await objectBytes(`later-calls/${call_id}/`),
    logs: 0,
  });
  expect(used).toBe(Object.values(held_by).reduce((sum, bytes) => sum + bytes, 0));

  await org.post(`${at}/undeploy`);
  await org.del(`${at}?force=true`);
  await sweepLaterCalls(testApp({ clock: clockAt(Date.now() + 2 * days) }).deps);
  for (const later of [0, 1])
    await sweepRuns(testApp({ clock: clockAt(Date.now() + 8 * days + later * minutes) }).deps);
  expect((await storedBytes(org)).used).toBe((await storedBytes(org)).held_by.logs);
  expect([await objectBytes('runs/'), await objectBytes('later-calls/')]).toEqual([0, 0]);
});
