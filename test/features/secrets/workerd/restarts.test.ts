// Tests secrets in deployments: what an instance gets, what happens if a secret is missing, and that a changed secret replaces running
// instances, whatever fails.
import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createNamespace } from '../../../../src/access/namespaces.ts';
import { settingLimits } from '../../../../src/contract/features/secrets/limits.ts';
import type { DeploymentId } from '../../../../src/core/ids.ts';
import { database } from '../../../../src/db/client.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { secrets } from '../../../../src/db/schema/models.ts';
import { restartForSecrets, sweepSecrets } from '../../../../src/features/secrets/secret-restarts.ts';
import { deleteSecret, listSecrets, setSecret } from '../../../../src/features/secrets/secrets.ts';
import { startInstance } from '../../../../src/instances/fleets/instances.ts';
import { requireProvisions } from '../../../../src/instances/requirements/provisions.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { undeployVersion } from '../../../../src/pointers/undeploy.ts';
import { deleteNamespace, emptyDeletedNamespaces } from '../../../../src/retirement/removal.ts';
import { requestDeployment } from '../../../../src/rollouts/request-deployment.ts';
import { pausedD1 } from '../../../support/database/paused-d1.ts';
import { answerOf, textOf } from '../../../support/json-text.ts';
import { manifest, type PluginOptions } from '../../../support/plugins/plugin.ts';
import { deploy, overview, publishVersion, type Scene, scene } from '../../../support/scenes/scene.ts';

const realtime = `from shared.plugins.secrets import get


class SecretInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"token": get("TOKEN")}
`;

function asking(...names: string[]) {
  const extra = `permissions = {"secrets": ${JSON.stringify(names)}}`;
  return {
    files: { 'realtime.py': realtime, 'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra }) },
  };
}

/** Creates a scene whose organization grants whatever its plugins request, as a local run does. */
async function granting(options: PluginOptions): Promise<Scene> {
  const s = await scene(options);
  return { ...s, deps: { ...s.deps, grantingOrganization: s.actor.organizationId } };
}

const set = (s: Scene, value: string, name = 'TOKEN') =>
  setSecret(s.deps, s.actor, { namespaceId: s.namespaceId, name, value });

const call = async ({ deps }: Scene, id: DeploymentId) =>
  answerOf(await deps.builder.call(id, '{"inputs": {}, "parameters": {}}'));

async function live(s: Scene): Promise<DeploymentId> {
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  expect((await overview(s)).serving?.id).toBe(id);
  return id;
}

const allDeployments = ({ deps, namespaceId }: Scene) =>
  deps.db.select().from(deployments).where(eq(deployments.namespaceId, namespaceId)).orderBy(deployments.id);

const usersOfToken = async ({ deps, actor, namespaceId }: Scene) =>
  (await listSecrets(deps, actor, namespaceId, { limit: 10 })).items.find(({ name }) => name === 'TOKEN')?.users;

const due = async ({ deps, namespaceId }: Scene) =>
  (
    await deps.db
      .select()
      .from(secrets)
      .where(and(eq(secrets.namespaceId, namespaceId), eq(secrets.restartDue, true)))
  ).length;

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

test('a secret counts as restarting until the live deployment has its value', async () => {
  const s = await granting(asking('TOKEN'));
  expect(await set(s, 'first-value')).toMatchObject({ users: { restarting: true, withValue: 0, withPrevious: 0 } });
  await restartForSecrets(s.deps, s.namespaceId);
  expect(await usersOfToken(s)).toEqual({ restarting: false, withValue: 0, withPrevious: 0 });
  const first = await live(s);
  expect(await usersOfToken(s)).toEqual({ restarting: false, withValue: 1, withPrevious: 0 });
  await set(s, 'other-value', 'OTHER');
  await set(s, 'second-value');
  await restartForSecrets(s.deps, s.namespaceId);
  expect([await due(s), await usersOfToken(s)]).toEqual([0, { restarting: true, withValue: 0, withPrevious: 1 }]);
  await advanceDeployment(s.deps, (await allDeployments(s)).at(-1)?.id ?? first);
  expect(await usersOfToken(s)).toEqual({ restarting: false, withValue: 1, withPrevious: 0 });
});

test('a worker that dies between writing the secret and the restarts leaves the restarts to the sweep', async () => {
  const s = await granting(asking('TOKEN'));
  await set(s, 'first-value');
  await live(s);
  await restartForSecrets(s.deps, s.namespaceId);
  await set(s, 'second-value');
  expect(await due(s)).toBe(1);
  s.clock.advance(60_000);
  s.sent.length = 0;
  await sweepSecrets(s.deps);
  expect(s.sent).toContainEqual({ v: 1, type: 'restart-for-secrets', id: s.namespaceId });
  await restartForSecrets(s.deps, s.namespaceId);
  expect([await due(s), (await allDeployments(s)).length]).toEqual([0, 2]);
});

test('a restart that runs twice, or again before it is recorded, requests one deployment', {
  tags: 'long',
}, async () => {
  const s = await granting(asking('TOKEN'));
  await set(s, 'first-value');
  await live(s);
  await set(s, 'second-value');
  await restartForSecrets(s.deps, s.namespaceId);
  await s.deps.db.update(secrets).set({ restartDue: true }).where(eq(secrets.namespaceId, s.namespaceId));
  await restartForSecrets(s.deps, s.namespaceId);
  expect((await allDeployments(s)).map(({ status }) => status)).toEqual(['promoted', 'queued']);
});

test('a deployment in progress that may have the old value is replaced by one with the same parameters', async () => {
  const s = await granting(asking('TOKEN'));
  await set(s, 'first-value');
  await live(s);
  await restartForSecrets(s.deps, s.namespaceId);
  const request = { namespaceId: s.namespaceId, version: s.version, type: 'realtime' as const, actor: s.actor.ref };
  await requestDeployment(s.deps, { ...request, parameters: textOf({ level: 2 }) });
  await set(s, 'second-value');
  await restartForSecrets(s.deps, s.namespaceId);
  expect((await allDeployments(s)).map(({ status, parameters }) => [status, parameters.parsed()])).toEqual([
    ['promoted', {}],
    ['superseded', { level: 2 }],
    ['queued', { level: 2 }],
  ]);
});

test('versions that do not ask for the secret are unaffected', async () => {
  const s = await granting(asking('TOKEN'));
  await set(s, 'first-value');
  await live(s);
  await restartForSecrets(s.deps, s.namespaceId);
  const other = await publishVersion(s.deps, s.actor, s.namespaceId, { name: 'plain_ext' });
  await live({ ...s, version: other });
  await set(s, 'other-value', 'OTHER');
  await restartForSecrets(s.deps, s.namespaceId);
  expect([(await allDeployments(s)).length, await due(s)]).toEqual([2, 0]);
});

test("a value that the plugin can't start with leaves the previous deployment live", { tags: 'long' }, async () => {
  const s = await granting({
    files: {
      ...asking('TOKEN').files,
      'realtime.py': `${realtime}\n\nif get("TOKEN") == "bad-value":\n    raise ValueError("refused: " + get("TOKEN"))\n`,
    },
  });
  await set(s, 'good-value');
  const first = await live(s);
  await set(s, 'bad-value');
  await restartForSecrets(s.deps, s.namespaceId);
  const [, second] = await allDeployments(s);
  await advanceDeployment(s.deps, second?.id ?? first);
  const { newest, serving } = await overview(s);
  expect([newest?.status, serving?.id]).toEqual(['failed', first]);
  expect(newest?.error).toContain('ValueError: refused: ***');
  expect(await usersOfToken(s)).toEqual({ restarting: false, withValue: 0, withPrevious: 1 });
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

test('a secret used only by stopping versions is deleted without force', async () => {
  const s = await granting(asking('TOKEN'));
  await set(s, 'first-value');
  const id = await live(s);
  await undeployVersion(s.deps, s.namespaceId, s.version, s.actor.ref);
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  expect(row).toMatchObject({ status: 'promoted', stopAfter: expect.any(Number) });
  await deleteSecret(s.deps, s.actor, { namespaceId: s.namespaceId, name: 'TOKEN', force: false });
  expect((await listSecrets(s.deps, s.actor, s.namespaceId, { limit: 10 })).items).toEqual([]);
});

test('a changed secret that affects more deployments than one message can handle continues with another message', {
  tags: 'long',
}, async () => {
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
    return [...new Set(queued.map(({ versionId }) => versionId))];
  };
  s.sent.length = 0;
  await restartForSecrets(s.deps, s.namespaceId);
  const next = s.sent.find((message) => message.type === 'restart-for-secrets');
  expect([await requested(), await due(s), next?.from?.revision]).toEqual([[s.version.id], 1, 2]);
  await restartForSecrets(s.deps, s.namespaceId, next?.from);
  expect([await requested(), await due(s)]).toEqual([[s.version.id, last.id], 0]);
});

test('a secret that changes again during a restart causes one more replacement', {
  tags: 'long',
}, async () => {
  const s = await granting(asking('TOKEN'));
  await set(s, 'first-value');
  await live(s);
  await restartForSecrets(s.deps, s.namespaceId);
  await set(s, 'second-value');
  const db = database(
    pausedD1(env.DB, async (nth) => {
      if (nth === 2) await set(s, 'third-value');
    }),
  );
  await restartForSecrets({ ...s.deps, db }, s.namespaceId);
  expect(await due(s)).toBe(1);
  await restartForSecrets(s.deps, s.namespaceId);
  expect(await due(s)).toBe(0);
  const newest = (await allDeployments(s)).at(-1);
  await advanceDeployment(s.deps, newest?.id ?? s.deps.ids('deployment'));
  expect(await call(s, newest?.id ?? s.deps.ids('deployment'))).toMatchObject({ result: { token: 'third-value' } });
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
