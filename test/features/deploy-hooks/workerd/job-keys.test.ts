// Tests that the key of a CI job neither makes nor changes deploy hooks, which would outlast it.
import { expect, test } from 'vitest';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { jobFor } from '../../../support/scenes/people.ts';

test("a job's key for every plugin neither makes nor changes a deploy hook", async () => {
  const own = await organization();
  const job = await jobFor(own, '*');
  await publish(job, plugin({ name: 'word_count' }));
  const body = {
    ...{ kind: 'extractor', plugin: 'word_count', namespace_id: own.namespaceId, provider: 'github' },
    ...{ repository: 'https://git.example.com/made.git', action: 'redeploy' },
  };
  const { hook_id } = Object((await own.post('/v1/deploy-hooks', body)).body);
  const answers = [
    await job.post('/v1/deploy-hooks', body),
    await job.patch(`/v1/deploy-hooks/${hook_id}`, { repository: 'https://git.example.com/evil.git' }),
    await job.post(`/v1/deploy-hooks/${hook_id}/rotate`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
});
