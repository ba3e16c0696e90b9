// Tests that the key of a CI job neither makes nor changes deploy hooks, which would outlast it.
import { expect, test } from 'vitest';
import { testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { fakeIssuer } from '../../../support/scenes/fake-issuer.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { addIssuer, jobClient, trust } from '../../../support/scenes/trusted-publishers.ts';

test("a job's key for every plugin neither makes nor changes a deploy hook", async () => {
  const github = await fakeIssuer();
  const own = await organization({ fetch: testApp({ fetch: github.documents.fetch }).fetch });
  await trust(own, { issuer_id: await addIssuer(own, github), plugin: '*' });
  const job = await jobClient(own, await github.sign());
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
