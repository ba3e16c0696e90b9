// Tests that a quarantine of much content at once is made and lifted in several requests, each within an invocation's limits.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { quarantineLimits as limits } from '../../../../src/contract/limits/deployments.ts';
import { clientOf } from '../../../support/client.ts';
import { adminAuthorization } from '../../../support/scenes/organization.ts';
import { agentScene, registered } from '../scenes/agents.ts';

const model = z.object({ items: z.array(z.object({ quarantined: z.object({ reason: z.string() }).nullable() })) });

test('a quarantine of more than a request may change continues with the next request, and so does lifting it', async () => {
  const scene = await agentScene();
  const sha256 = crypto.randomUUID().replaceAll('-', '').padEnd(64, '0');
  const all = limits.artifactsAtOnce + 1;
  for (let nth = 0; nth < all; nth += 1)
    await registered(scene, { version: `1.0.${nth}`, checksum: `sha256:${sha256}` });
  const admin = clientOf(adminAuthorization, scene.fetch);
  const path = `/v1/admin/quarantines/${sha256}`;
  const quarantine = async (reason: string) => {
    const { body } = await admin.put(path, { reason, objection: 'Write to security@example.com.' });
    return model.parse(body).items.filter(({ quarantined }) => quarantined?.reason === reason).length;
  };

  expect([await quarantine('It phones home.'), await quarantine('It phones home.')]).toEqual([
    limits.artifactsAtOnce,
    all,
  ]);
  expect([await quarantine('It mines.'), await quarantine('It mines.')]).toEqual([limits.artifactsAtOnce, all]);

  const first = await admin.del(path);
  expect(first).toMatchObject({ status: 409, body: { detail: expect.stringContaining('1 more') } });
  expect((await admin.del(path)).status).toBe(204);
});
