// Tests deleting models that versions use: which deployments prevent a deletion without force.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { models, modelUploads } from '../../../../src/db/schema/models.ts';
import { deleteModel, requestModel } from '../../../../src/features/models/models.ts';
import { manifest } from '../../../support/plugins/plugin.ts';
import { deploy, type Scene, scene } from '../../../support/scenes/scene.ts';

const extra = 'models = ["weights"]';
const files = { 'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra }) };
const digests = ['1', '2'].map((digit) => digit.repeat(64));

async function store({ actor, deps, namespaceId }: Scene): Promise<void> {
  const at = deps.clock.now();
  const content = { sha256: digests[0] ?? '', sizeBytes: 1, waivedBecause: null };
  const made = { organizationId: actor.organizationId, createdAt: at, updatedAt: at, updatedBy: actor.ref };
  await deps.db.insert(models).values({ id: deps.ids('model'), namespaceId, name: 'weights', ...content, ...made });
}

function remove(s: Scene, force: boolean): Promise<void> {
  return deleteModel(s.deps, s.actor, { namespaceId: s.namespaceId, name: 'weights', force });
}

type Row = Pick<typeof deployments.$inferSelect, 'status' | 'type' | 'stopAfter'>;

const states: [what: string, row: Row, isUsing: boolean][] = [
  ['a deployment that is queued', { status: 'queued', type: 'realtime', stopAfter: null }, true],
  ['a live one', { status: 'promoted', type: 'realtime', stopAfter: null }, true],
  ['one that is being stopped', { status: 'promoted', type: 'realtime', stopAfter: 1 }, false],
  ['one that has stopped', { status: 'stopped', type: 'realtime', stopAfter: null }, false],
  ['one that failed', { status: 'failed', type: 'realtime', stopAfter: null }, false],
  ['one for batches only', { status: 'promoted', type: 'batch_only', stopAfter: null }, false],
];

test("a model can't be deleted without force while deployments run it, and no other deployments prevent its deletion", async () => {
  const s = await scene({ files });
  const { id } = await deploy(s);
  const outcomes: [string, boolean][] = [];
  for (const [what, row] of states) {
    await s.deps.db.update(deployments).set(row).where(eq(deployments.id, id));
    await store(s);
    const refused = await remove(s, false).then(
      () => undefined,
      (error: unknown) => error,
    );
    outcomes.push([what, refused !== undefined]);
    if (!refused) continue;
    expect(refused).toMatchObject({ message: 'The model weights is used by hello_ext' });
    await remove(s, true);
  }
  expect(outcomes).toEqual(states.map(([what, , isUsing]) => [what, isUsing]));
});

test('a model that is not deleted keeps the reservation for content that is still in transit', async () => {
  const s = await scene({ files });
  await deploy(s);
  await store(s);
  const next = { namespaceId: s.namespaceId, name: 'weights', sha256: digests[1] ?? '', sizeBytes: 1 };
  await requestModel(s.deps, s.actor, next);
  const reserved = () => s.deps.db.select().from(modelUploads).where(eq(modelUploads.namespaceId, s.namespaceId));
  await expect(remove(s, false)).rejects.toThrow('is used by');
  expect(await reserved()).toMatchObject([{ sha256: next.sha256 }]);
  await remove(s, true);
  expect(await reserved()).toEqual([]);
});
