// Takes 7 s: it asks for every operation. Tests the authorization matrix for people and CI jobs: an admin, a viewer, a developer of another
// namespace, and a job that may publish another plugin. authorization.test.ts has the organizations' keys.
import { expect, test } from 'vitest';
import { matrix } from '../../../api/access/authorization-matrix.ts';
import { askingAs } from '../scenes/roles.ts';

const ask = await askingAs([
  'an admin in a session',
  'a viewer in a session',
  'a developer of another namespace, with a personal key',
  'a CI job of another plugin',
]);

test.each(Object.entries(matrix))('an operation is allowed for exactly its roles: %s', async (operation, row) => {
  const { answered, expected } = await ask(operation, row);
  expect(answered).toEqual(expected);
});
