// Install responses when the source can't be fetched.
import { expect, test } from 'vitest';
import { testApp } from '../../support/deps.ts';
import { organization } from '../../support/scenes/organization.ts';

const { fetch } = testApp();

test('a repository that cannot be fetched is not reported as a plugin error', { tags: ['git'] }, async () => {
  const org = await organization({ fetch });
  const source = { name: 'upper', repository: 'https://127.0.0.1/upper.git', version: 'v1' };
  const { status, body } = await org.post('/api/plugins', source);
  expect({ status, body }).toMatchObject({
    status: 422,
    body: { error: { hint: 'Check the URL and the ref, then install again.' } },
  });
});
