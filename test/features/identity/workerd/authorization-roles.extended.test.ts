// Tests the authorization matrix for the roles and keys that authorization-roles.test.ts leaves out.
import { expect, test } from 'vitest';
import { matrix } from '../../../api/access/authorization-matrix.ts';
import { askingAs } from '../scenes/roles.ts';

const ask = await askingAs([
  'an owner in a session',
  'a developer in a session',
  'a developer of the namespace, with a personal key',
  "an owner's personal key that only reads",
]);

test.each(Object.entries(matrix))('an operation is allowed for exactly its roles: %s', async (operation, row) => {
  const { answered, expected } = await ask(operation, row);
  expect(answered).toEqual(expected);
});
