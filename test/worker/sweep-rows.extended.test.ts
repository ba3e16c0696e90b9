// Tests how many rows the sweep reads: few when nothing is due, whatever the history, and a bounded number otherwise (design §9a).
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { sweepSteps } from '../../src/sweep.ts';
import { countedRows, countRows, noRows } from '../support/database/d1-rows.ts';
import { copyRow } from '../support/database/many-rows.ts';
import { featureRows } from '../support/feature-rows.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { openUpload, publish } from '../support/plugins/publish.ts';
import { type LosingScene, losingScene } from '../support/scenes/losing-scene.ts';
import { waive } from '../support/scenes/waived.ts';

countRows(env.DB);

const history = { from: 1, times: 1000 };
const due = { from: 10_001, times: 1000 };
const alsoDue = { from: 20_001, times: 1000 };

/** Creates an organization with one ended row of each kind, and a thousand copies of each. */
async function sceneWithHistory(): Promise<LosingScene> {
  const scene = await losingScene();
  const { org, clock } = scene;
  const version = await publish(org, plugin({ realtime: true }));
  expect((await org.post(`${org.plugins}/${version.plugin_id}/deploy`)).status).toBe(200);
  for (const { prepare } of featureRows) await prepare?.(scene);
  await waive(org);
  const now = String(clock.now());
  const ended = { promoted_at: now, stop_after: '1', instance_stopped_at: '1' };
  await copyRow('deployments', history, { generation: 'i + 1', ticket: 'i + 1', status: "'stopped'", ...ended });
  await copyRow('outbox', history, { sent_at: now });
  await copyRow('uploads', history, { version_id: 'null', status: "'rejected'" });
  await copyRow('waivers', history, { revoked_at: now });
  for (const { copyEnded } of featureRows) await copyEnded?.();
  await copyRow('events', history, { seq: 'null' });
  return scene;
}

/** Returns the number of rows that each step reads. */
async function rowsOfSteps({ deps }: LosingScene): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const step of sweepSteps) {
    const counts = noRows();
    await countedRows(counts, () => step(deps));
    rows[step.name] = counts.read;
  }
  return rows;
}

const sumOf = (rows: Record<string, number>) => Object.values(rows).reduce((sum, read) => sum + read, 0);

test('an idle tick reads at most 500 rows, and each step of a tick with a thousand due items of each kind reads a bounded number', async () => {
  const scene = await sceneWithHistory();
  const { clock, org } = scene;
  clock.advance(60_000);
  for (let tick = 0; tick < 3; tick++) await rowsOfSteps(scene);
  const idle = await rowsOfSteps(scene);
  expect(sumOf(idle), JSON.stringify(idle)).toBeLessThanOrEqual(500);

  await openUpload(org, { name: 'hello_ext' });
  const old = String(clock.now() - 3_600_000);
  const isOld = { created_at: old, updated_at: old };
  const unfinished = { ...isOld, promoted_at: 'null', stop_after: 'null', instance_stopped_at: 'null' };
  await copyRow('deployments', due, { generation: 'i', ticket: 'i', status: "'queued'", ...unfinished });
  const toStop = { ...isOld, stop_after: old, instance_stopped_at: 'null' };
  await copyRow('deployments', alsoDue, { generation: 'i', ticket: 'i', status: "'stopped'", ...toStop });
  for (const { copyDue } of featureRows) await copyDue?.(old);
  await copyRow('outbox', due, { sent_at: 'null', created_at: old, due_at: old });
  const upload = { ...isOld, version_id: 'null', announced_bytes: 'null' };
  await copyRow('uploads', due, { ...upload, status: "'confirming'" });
  await copyRow('uploads', alsoDue, { ...upload, status: "'open'", expires_at: '1' });
  await copyRow('waivers', due, { expires_at: old });
  await copyRow('events', due, { seq: 'null' });
  const rows = await rowsOfSteps(scene);
  for (const [step, read] of Object.entries(rows)) expect(read, step).toBeLessThanOrEqual(10 * due.times);
  console.info(JSON.stringify({ idle, rows }));
});
