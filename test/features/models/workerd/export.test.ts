// Tests that an organization's export has its models, with URLs of their content.
import { expect, test } from 'vitest';
import { organization } from '../../../support/scenes/organization.ts';
import { modelContent, putModel } from '../scenes/models.ts';

test('the export has the row of a model and its content', async () => {
  const org = await organization();
  await putModel(org, 'weights', 'the weights');
  const { described } = await modelContent('the weights');
  const { text } = await org.get('/v1/organization/export');
  const lines: unknown[] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const row = expect.objectContaining({ name: 'weights', ...described });
  expect(lines).toContainEqual(expect.objectContaining({ table: 'models', row }));
  const object = expect.objectContaining({ key: `models/${org.id}/${described.sha256}`, size: described.size_bytes });
  expect(lines).toContainEqual(expect.objectContaining({ object }));
});
