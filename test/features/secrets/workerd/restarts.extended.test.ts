// Tests restarts for changed secrets: which deployments have them, what happens if workers die, and deletions.
import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { database } from '../../../../src/db/client.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { secrets } from '../../../../src/db/schema/models.ts';
import { restartForSecrets, sweepSecrets } from '../../../../src/features/secrets/secret-restarts.ts';
import { deleteSecret, listSecrets } from '../../../../src/features/secrets/secrets.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { undeployVersion } from '../../../../src/pointers/undeploy.ts';
import { requestDeployment } from '../../../../src/rollouts/request-deployment.ts';
import { pausedD1 } from '../../../support/database/paused-d1.ts';
import { textOf } from '../../../support/json-text.ts';
import { overview, publishVersion, type Scene } from '../../../support/scenes/scene.ts';
import { allDeployments, asking, call, granting, live, realtime, set } from '../scenes/restarts.ts';

const usersOfToken = async ({ deps, actor, namespaceId }: Scene) =>
  (await listSecrets(deps, actor, namespaceId, { limit: 10 })).items.find(({ name }) => name === 'TOKEN')?.users;

const due = async ({ deps, namespaceId }: Scene) =>
  (
    await deps.db
      .select()
      .from(secrets)
      .where(and(eq(secrets.namespaceId, namespaceId), eq(secrets.restartDue, true)))
  ).length;

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
