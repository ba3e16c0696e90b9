// Tests the bytes of models in the breakdown of stored bytes.
import { expect, test } from 'vitest';
import { organization } from '../../../support/scenes/organization.ts';
import { storedBytes } from '../../../support/scenes/stored-bytes.ts';
import { modelsAt, putModel } from '../scenes/models.ts';

test('the bytes of a model are listed, and are 0 once it is deleted', async () => {
  const org = await organization();
  await putModel(org, 'weights', 'the weights');
  const { held_by, used } = await storedBytes(org);
  expect([held_by.models, used]).toEqual(['the weights'.length, 'the weights'.length]);
  await org.del(modelsAt(org, 'weights'));
  expect((await storedBytes(org)).used).toBe(0);
});
