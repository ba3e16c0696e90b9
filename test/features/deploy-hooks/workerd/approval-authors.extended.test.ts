// Tests everyone who is behind what a deploy hook publishes: who made, changed or rotated it, and the makers of keys.
// @module-tag git
import { expect, test } from 'vitest';
import { z } from 'zod';
import { clientOf } from '../../../support/client.ts';
import { eventsOf } from '../../../support/events.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { personIdOf, personIn } from '../../../support/scenes/people.ts';
import { messageOf } from '../../../support/scenes/staged.ts';
import { approvalsOf, hookBy, refusal, scene, stagedModel } from '../scenes/approvals.ts';
import type { TestHook } from '../scenes/deploy-hooks.ts';

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
