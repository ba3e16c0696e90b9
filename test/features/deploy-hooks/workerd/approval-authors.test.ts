// Tests that the people who made or changed a deploy hook are the authors of what it publishes, with a real Git repository.
// @module-tag git
import { expect, test } from 'vitest';
import { z } from 'zod';
import { clientOf } from '../../../support/client.ts';
import { eventsOf } from '../../../support/events.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { personIdOf, personIn, stageOnlyJob } from '../../../support/scenes/people.ts';
import { messageOf } from '../../../support/scenes/staged.ts';
import { deployHook, pushOf, sendTo, type TestHook } from '../scenes/deploy-hooks.ts';
import { type PushScene, pushScene } from '../scenes/push-scene.ts';

const refusal =
  'You made or changed the deploy hook that published this version. Another person has to approve or reject it.';
const stagedModel = z.object({ results: z.array(z.object({ plugin_id: z.string(), code_hash: z.string() })) });

interface Scene {
  all: PushScene;
  ana: Organization;
  bo: Organization;
}

/** Returns two people of an organization whose namespace demands approval. */
async function scene(): Promise<Scene> {
  const all = await pushScene();
  await all.org.patch(`/v1/namespaces/${all.org.namespaceId}?without_approvers=true`, { requires_approval: true });
  return { all, ana: await personIn(all.org, 'Ana'), bo: await personIn(all.org, 'Bo') };
}

function hookBy({ name, org, repository }: PushScene, maker: Pick<Organization, 'post'>): Promise<TestHook> {
  const source = { repository, path: 'plugins/ocr', tags: ['v*'] };
  return deployHook(maker, {
    ...{ kind: 'extractor', plugin: name, namespace_id: org.namespaceId, provider: 'github', ...source },
  });
}

/** Pushes a version that the hook publishes, and returns how each person's approval is answered, in turn. */
async function approvalsOf({ all, hook }: { all: PushScene; hook: TestHook }, people: Organization[]) {
  const { org, repository } = all;
  await all.tag('v1.1.0', '1.1.0');
  await sendTo(org, hook, { body: pushOf('github', repository, 'refs/tags/v1.1.0') });
  await all.drain();
  const [staged] = stagedModel.parse((await org.get('/v1/approvals')).body).results;
  const answers = [];
  for (const person of people)
    answers.push(await person.post(`${org.plugins}/${staged?.plugin_id}/approve`, { sha256: staged?.code_hash }));
  return answers.map((answer) => (answer.status === 200 ? 200 : messageOf(answer)));
}

test('the maker of a hook does not approve what it published, and another person does', async () => {
  const { all, ana, bo } = await scene();
  const hook = await hookBy(all, ana);
  expect(await approvalsOf({ all, hook }, [ana, bo])).toEqual([refusal, 200]);
});

test('the maker of the service key that made a hook does not approve what it published', async () => {
  const { all, ana, bo } = await scene();
  const scopes = ['plugins:read', 'plugins:write', 'plugins:deploy'];
  const { body } = await ana.post('/v1/keys', { name: 'hooks', scopes });
  const { api_key } = z.object({ api_key: z.string() }).parse(body);
  const hook = await hookBy(all, clientOf(`Bearer ${api_key}`, all.org.fetch));
  expect(await approvalsOf({ all, hook }, [ana, bo])).toEqual([refusal, 200]);
});

test.each([
  ['rotates its secret', (hook: TestHook, by: Organization) => by.post(`/v1/deploy-hooks/${hook.id}/rotate`, {})],
  ['changes it', (hook: TestHook, by: Organization) => by.patch(`/v1/deploy-hooks/${hook.id}`, { tags: ['*'] })],
])('neither the maker of a hook nor a person who %s approves what it published', async (_, change) => {
  const { all, ana, bo } = await scene();
  const made = await hookBy(all, ana);
  const { body } = await change(made, bo);
  const { secret } = z.object({ secret: z.string().default(made.secret) }).parse(body);
  const cleo = await personIn(all.org, 'Cleo');
  expect(await approvalsOf({ all, hook: { ...made, secret } }, [ana, bo, cleo])).toEqual([refusal, refusal, 200]);
});

test('the maker of a hook does not approve what it published after the hook is deleted', async () => {
  const { all, ana } = await scene();
  const hook = await hookBy(all, ana);
  expect(await approvalsOf({ all, hook }, [ana])).toEqual([refusal]);
  expect((await ana.del(`/v1/deploy-hooks/${hook.id}`)).status).toBe(200);
  const [staged] = stagedModel.parse((await ana.get('/v1/approvals')).body).results;
  const { plugin_id, code_hash: sha256 } = stagedModel.shape.results.element.parse(staged);
  expect(messageOf(await ana.post(`${ana.plugins}/${plugin_id}/approve`, { sha256 }))).toBe(refusal);
});

test('events of a hook name the people behind it, each once', async () => {
  const { all, ana, bo } = await scene();
  const hook = await hookBy(all, ana);
  for (const person of [ana, bo, bo]) await person.patch(`/v1/deploy-hooks/${hook.id}`, { tags: ['v1*'] });
  await approvalsOf({ all, hook }, []);
  const staged = (await eventsOf(all.org)).find(({ type }) => type === 'version.staged');
  const made_by = [await personIdOf(ana), await personIdOf(bo)];
  expect(staged?.actor).toEqual({ type: 'hook', id: hook.id, made_by });
});

test("a CI job that may only stage cannot rotate a deploy hook's secret, with which it could sign pushes", async () => {
  const org = await organization();
  await publish(org, plugin());
  const target = { kind: 'extractor', plugin: 'hello_ext', namespace_id: org.namespaceId, provider: 'github' };
  const repository = 'https://github.com/acme/plugins';
  const { id } = await deployHook(org, { ...target, repository, tags: ['v*'] });
  const answer = await (await stageOnlyJob(org)).post(`/v1/deploy-hooks/${id}/rotate`, {});
  expect([answer.status, answer.text]).toEqual([409, expect.stringContaining("deploy hooks can't wait")]);
});
