// Tests several plugins in one container with a real builder: what is separate, and what happens when the container is lost or a plugin
// grows.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { instanceWire } from '../../../src/api/responses/instance-wire.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import { startInstance } from '../../../src/instances/fleets/instances.ts';
import { instanceState } from '../../../src/serve/instance-state.ts';
import { withHostedContainers } from '../../support/containers/hosted-containers.ts';
import { scene } from '../../support/scenes/scene.ts';
import { caller, placed } from './sharing.ts';

test("a container that belongs to one organization starts nothing for another organization, whatever the deployment's row says", async () => {
  const s = await scene();
  const container = `${s.actor.organizationId}-ours0000`;
  const { name } = await placed(s, 'plugin_1', container);
  const stranger = await scene();
  const theirs = await placed(stranger, 'plugin_1', container);
  await withHostedContainers(s.deps, async (hosted) => {
    expect(await caller(s, hosted)(name)).toBe('success');
    const start = startInstance({ ...stranger.deps, builder: hosted.builder }, theirs.id, theirs.version);
    await expect(start).rejects.toMatchObject({ code: 'other-organization' });
    expect(await hosted.builder.status(theirs.id)).toBeUndefined();
    const env = hosted.containers.get(container)?.process.started[0]?.env;
    expect([env?.BUILDER_ORGANIZATION, env?.BUILDER_SINGLE]).toEqual([s.actor.organizationId, undefined]);
  });
});

test("an instance's state names its shared container", async () => {
  const s = await scene();
  const container = `${s.actor.organizationId}-named000`;
  const { id } = await placed(s, 'plugin_1', container);
  await withHostedContainers(s.deps, async ({ builder }) => {
    const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
    const state = await instanceState({ builder }, row ?? null);
    expect(state && instanceWire(state)).toEqual({
      ...{ state: 'asleep', last_call_at: null, error: null, restarts: null },
      container,
    });
  });
});
