// Tests secrets in deployments: what an instance gets, what happens if a secret is missing, and that a changed secret replaces running
// instances, whatever fails.
import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createNamespace } from '../../../../src/access/namespaces.ts';
import { settingLimits } from '../../../../src/contract/features/secrets/limits.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { secrets } from '../../../../src/db/schema/models.ts';
import { restartForSecrets } from '../../../../src/features/secrets/secret-restarts.ts';
import { deleteSecret, listSecrets } from '../../../../src/features/secrets/secrets.ts';
import { startInstance } from '../../../../src/instances/fleets/instances.ts';
import { requireProvisions } from '../../../../src/instances/requirements/provisions.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { deleteNamespace, emptyDeletedNamespaces } from '../../../../src/retirement/removal.ts';
import { deploy, overview, publishVersion, type Scene, scene } from '../../../support/scenes/scene.ts';
import { allDeployments, asking, call, granting, live, set } from '../scenes/restarts.ts';

test('a deployment that asks for missing secrets fails with the commands that set them', async () => {
  const s = await granting(asking('TOKEN', 'OTHER'));
  await set(s, 'value', 'UNRELATED');
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  expect((await overview(s)).newest).toMatchObject({
    status: 'failed',
    error:
      'The plugin asks for the secrets TOKEN, OTHER, which are not set in the namespace default. Run `slipway secrets set TOKEN --namespace default`, `slipway secrets set OTHER --namespace default`. Then deploy it again.',
  });
});

test('a deployment whose organization lacks the secret grant fails with the command that grants it', async () => {
  const s = await scene(asking('TOKEN'));
  await set(s, 'value-of-token');
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  expect((await overview(s)).newest?.error).toContain('slipway grants give hello_ext --secret TOKEN');
});

test('an instance gets only the secrets that its version requests', async () => {
  const s = await granting(asking('TOKEN'));
  await set(s, 'value-of-token');
  await set(s, 'value-of-other', 'OTHER');
  const id = await live(s);
  expect(await call(s, id)).toMatchObject({ status: 'success', result: { token: 'value-of-token' } });
  expect((await requireProvisions(s.deps, id, s.version)).secrets).toEqual({ TOKEN: 'value-of-token' });
});

test('a secret encrypted with another key is reported and not delivered', async () => {
  const s = await granting(asking('TOKEN'));
  await set({ ...s, deps: { ...s.deps, dataKey: 'the key of another installation' } }, 'value-of-token');
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  expect((await overview(s)).newest?.error).toMatch(
    /^The secret TOKEN .* was encrypted with a key that this installation does not have/,
  );
});

test.each([
  ['of another secret', 'OTHER', true],
  ['of the secret in another namespace', 'TOKEN', false],
])('a value copied from the row %s is not delivered', async (_, name, here) => {
  const s = await granting(asking('TOKEN'));
  const from = here ? s : await scene();
  await set(s, 'value-of-token');
  await set(from, 'value-of-other', name);
  const inRow = (place: Scene, of: string) => and(eq(secrets.namespaceId, place.namespaceId), eq(secrets.name, of));
  const [other] = await s.deps.db.select().from(secrets).where(inRow(from, name));
  await s.deps.db
    .update(secrets)
    .set({ sealed: other?.sealed ?? '' })
    .where(inRow(s, 'TOKEN'));
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  expect((await overview(s)).newest?.error).toContain('was encrypted with a key that this installation does not have');
});

test('a changed secret replaces the live deployment, which keeps the traffic until the replacement is live', async () => {
  const s = await granting(asking('TOKEN'));
  await set(s, 'first-value');
  const first = await live(s);
  await restartForSecrets(s.deps, s.namespaceId);
  await set(s, 'second-value');
  expect(s.sent).toContainEqual({ v: 1, type: 'restart-for-secrets', id: s.namespaceId });
  await restartForSecrets(s.deps, s.namespaceId);
  const [, second] = await allDeployments(s);
  expect((await overview(s)).serving?.id).toBe(first);
  expect(await call(s, first)).toMatchObject({ result: { token: 'first-value' } });
  await advanceDeployment(s.deps, second?.id ?? first);
  expect((await overview(s)).serving?.id).toBe(second?.id);
  expect(await call(s, second?.id ?? first)).toMatchObject({ result: { token: 'second-value' } });
});

test('a secret used by a live version can be deleted only by force, and then the version fails at its next start', async () => {
  const s = await granting(asking('TOKEN'));
  await set(s, 'first-value');
  const id = await live(s);
  const named = { namespaceId: s.namespaceId, name: 'TOKEN' };
  await expect(deleteSecret(s.deps, s.actor, { ...named, force: false })).rejects.toThrow(
    'The secret TOKEN is used by hello_ext',
  );
  await deleteSecret(s.deps, s.actor, { ...named, force: true });
  await s.deps.builder.stop(id);
  await expect(startInstance(s.deps, id, s.version)).rejects.toThrow('asks for the secret TOKEN, which is not set');
});

test("a deleted namespace's secrets are deleted", async () => {
  const s = await scene();
  const fields = { name: 'staging', type: 'standard' as const, description: null, featureExtractors: [], settings: {} };
  const { id } = await createNamespace(s.deps, s.actor, fields);
  await set({ ...s, namespaceId: id }, 'value-of-token');
  await deleteNamespace(s.deps, s.actor, id);
  await emptyDeletedNamespaces(s.deps);
  expect(await s.deps.db.select().from(secrets).where(eq(secrets.namespaceId, id))).toEqual([]);
});

test('the secret list contains names, dates and revisions, but no values', async () => {
  const s = await scene();
  await set(s, 'value-of-b', 'B_TOKEN');
  await set(s, 'value-of-a', 'A_TOKEN');
  const { items } = await listSecrets(s.deps, s.actor, s.namespaceId, { limit: 10 });
  expect(items).toMatchObject([
    { name: 'A_TOKEN', revision: 2, updatedBy: s.actor.ref },
    { name: 'B_TOKEN', revision: 1 },
  ]);
  expect(JSON.stringify(items)).not.toMatch(/value-of|sealed/);
});

test('a changed secret that affects more deployments than one message can handle continues with another message', async () => {
  const s = await granting(asking('TOKEN'));
  await set(s, 'first-value');
  const first = await live(s);
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, first));
  if (!row) throw new Error('there is no deployment');
  for (let more = 1; more < settingLimits.restartedAtOnce; more++) {
    s.clock.advance(1);
    await s.deps.db.insert(deployments).values({ ...row, id: s.deps.ids('deployment'), generation: 1 + more });
  }
  s.clock.advance(1);
  const files = asking('TOKEN').files;
  const manifestOfLast = files['manifest.py'].replace('hello_ext', 'last_ext');
  const options = { name: 'last_ext', files: { ...files, 'manifest.py': manifestOfLast } };
  const last = await publishVersion(s.deps, s.actor, s.namespaceId, options);
  await live({ ...s, version: last });
  await set(s, 'second-value');
  const requested = async () => {
    const queued = (await allDeployments(s)).filter(({ status }) => status === 'queued');
    return new Set(queued.map(({ versionId }) => versionId));
  };
  s.sent.length = 0;
  await restartForSecrets(s.deps, s.namespaceId);
  const next = s.sent.find((message) => message.type === 'restart-for-secrets');
  expect([await requested(), next?.from?.revision]).toEqual([new Set([s.version.id]), 2]);
  await set(s, 'third-value');
  await restartForSecrets(s.deps, s.namespaceId, next?.from);
  // The first deployments don't have the third value yet.
  expect(await requested()).toEqual(new Set([s.version.id, last.id]));
  const isDue = and(eq(secrets.namespaceId, s.namespaceId), eq(secrets.restartDue, true));
  const due = await s.deps.db.select().from(secrets).where(isDue);
  expect(due).toHaveLength(1);
});
