// Tests that the people who made or changed a deploy hook are the authors of what it publishes, with a real Git repository.
// @module-tag git
import { expect, test } from 'vitest';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { stageOnlyJob } from '../../../support/scenes/people.ts';
import { approvalsOf, hookBy, refusal, scene } from '../scenes/approvals.ts';
import { deployHook } from '../scenes/deploy-hooks.ts';

test('the maker of a hook does not approve what it published, and another person does', async () => {
  const { all, ana, bo } = await scene();
  const hook = await hookBy(all, ana);
  expect(await approvalsOf({ all, hook }, [ana, bo])).toEqual([refusal, 200]);
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
