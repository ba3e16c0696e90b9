// Tests deleting secrets that versions use: which deployments prevent a deletion without force.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { deleteSecret, setSecret } from '../../../../src/features/secrets/secrets.ts';
import { manifest } from '../../../support/plugins/plugin.ts';
import { deploy, type Scene, scene } from '../../../support/scenes/scene.ts';

const extra = 'permissions = {"secrets": ["TOKEN"]}';
const files = { 'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra }) };

function store(s: Scene): Promise<unknown> {
  return setSecret(s.deps, s.actor, { namespaceId: s.namespaceId, name: 'TOKEN', value: 'value' });
}

function remove(s: Scene, force: boolean): Promise<void> {
  return deleteSecret(s.deps, s.actor, { namespaceId: s.namespaceId, name: 'TOKEN', force });
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

test("a secret can't be deleted without force while deployments run it, and no other deployments prevent its deletion", async () => {
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
    expect(refused).toMatchObject({ message: 'The secret TOKEN is used by hello_ext' });
    await remove(s, true);
  }
  expect(outcomes).toEqual(states.map(([what, , isUsing]) => [what, isUsing]));
});
