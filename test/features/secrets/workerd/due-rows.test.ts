// Tests that the sweep reads and sends a bounded amount when a thousand secrets are due at the same time.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { sweepSecrets } from '../../../../src/features/secrets/secret-restarts.ts';
import { countRows } from '../../../support/database/d1-rows.ts';
import { copyRow } from '../../../support/database/many-rows.ts';
import { costOf, due, dueScene as scene } from '../../../support/scenes/due-scene.ts';

countRows(env.DB);

test('a thousand changed secrets in one namespace become one message', async () => {
  const world = await scene();
  const { org, old } = world;
  expect((await org.put(`/v1/namespaces/${org.namespaceId}/secrets/TOKEN`, { value: 'a value' })).status).toBe(200);
  await copyRow('secrets', due, { name: "'TOKEN_' || i", restart_due: '1', updated_at: old });
  const { rows, messages } = await costOf(world, sweepSecrets);
  expect(messages).toBe(1);
  expect(rows).toBeLessThanOrEqual(300);
});
