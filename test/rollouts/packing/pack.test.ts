// Tests the placement of small plugins: each gets space in one of its organization's containers, and no two get the same space.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { changeOrganization } from '../../../src/access/organizations.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import type { Deps } from '../../../src/deps.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { putIn, sharedPlace } from '../../support/scenes/packed.ts';
import { deploy, scene } from '../../support/scenes/scene.ts';
import { packed, packing, verifyLog } from './packing.ts';

test("a small plugin is verified alone, and then placed in one of its organization's containers", async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const done: string[] = [];
  const { start, stop } = s.deps.builder;
  const recording: Partial<Deps['builder']> = {
    start: async function* (one, spec) {
      for await (const event of start(one, spec)) {
        if (event.type === 'ready') done.push('start');
        yield event;
      }
    },
    stop: async (one, options) => {
      done.push((await sharedPlace(s, id)) ? 'stop where it shares' : 'stop where it is alone');
      return stop(one, options);
    },
  };
  await advanceDeployment(packing(s, recording), id);
  const place = await sharedPlace(s, id);
  expect(place).toEqual({
    container: expect.stringMatching(/^org_[0-9a-z]+-[0-9a-f]{8}$/),
    size: 'basic',
    mib: 256,
    network: false,
  });
  expect(place?.container.startsWith(`${s.actor.organizationId}-`)).toBe(true);
  expect(done).toEqual(['start', 'stop where it is alone', 'start']);
  expect(await verifyLog(s, id)).toContain(
    `It uses little memory, so it shares the container ${place?.container} with other plugins of its organization.`,
  );
});

test('a container holds only one organization, region, jurisdiction and internet access setting', async () => {
  const s = await scene();
  const containers = [(await sharedPlace(s, await packed(s, 'here')))?.container];
  const other = await scene();
  containers.push((await sharedPlace(other, await packed(other, 'hello_two')))?.container);
  containers.push((await sharedPlace(s, await packed(s, 'far', { locationHint: 'oc' })))?.container);
  await changeOrganization(s.deps, s.actor.organizationId, { type: 'admin', id: 'tests' }, { jurisdiction: 'eu' });
  const inEu = await packed(s, 'in_eu');
  containers.push((await sharedPlace(s, inEu))?.container);
  const place = await sharedPlace(s, inEu);
  await putIn(s, inEu, { container: place?.container ?? '', mib: 256, network: true });
  containers.push((await sharedPlace(s, await packed(s, 'without_network')))?.container);
  expect(new Set(containers).size).toBe(containers.length);
  expect(containers).not.toContain(undefined);
});

test('a builder behind a URL is a single machine, so no plugin is placed in a container', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  expect(await sharedPlace(s, id)).toBeUndefined();
  const rows = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  expect(rows[0]?.status).toBe('promoted');
});
