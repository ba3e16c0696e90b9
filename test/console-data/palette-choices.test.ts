// Tests the results of the console's search.
import { expect, test } from 'vitest';
import { matchingChoices, paletteChoices } from '../../src/console/data/palette-choices.ts';

const found = {
  pages: [{ title: 'Deployments', to: '/n/ns_1/deployments' }],
  namespace: 'ns_1',
  versions: [
    { name: 'echo', version: '1.0.0' },
    { name: 'echo', version: '1.1.0' },
    { name: 'spare', version: '1.0.0' },
  ],
  scopes: ['plugins:read', 'plugins:deploy', 'plugins:invoke'] as const,
};
const labels = (typed: string, fields: Partial<Parameters<typeof paletteChoices>[0]> = {}) =>
  matchingChoices(paletteChoices({ ...found, ...fields }), typed).map(({ label }) => label);

test('a name finds the plugin first, then its actions, then its versions', () => {
  expect(labels('echo')).toEqual([
    'echo',
    'Roll back echo…',
    'Deploy echo…',
    'Call echo',
    'Logs of echo',
    'echo 1.0.0',
    'echo 1.1.0',
  ]);
});

test('a verb finds actions, and a plugin with only one version has no rollback', () => {
  expect(labels('roll')).toEqual(['Roll back echo…']);
  const [rollBack] = matchingChoices(paletteChoices(found), 'roll');
  expect(rollBack).toMatchObject({ to: '/n/ns_1/plugins/echo', hash: 'roll-back' });
});

test('a session finds only its permitted actions', () => {
  const action = { label: 'Set a secret', hash: 'set', scope: 'namespaces:admin' } as const;
  const pages = [{ title: 'Secrets', to: '/n/ns_1/secrets', action }];
  expect(labels('…', { pages, scopes: ['plugins:read'] })).toEqual([]);
  expect(labels('…', { pages, scopes: ['keys:admin', 'plugins:write', 'namespaces:admin'] })).toEqual([
    'Publish a plugin…',
    'Set a secret…',
    'Create a key…',
  ]);
});

test('a page section, and a version after @, are found only in a namespace', () => {
  expect([labels('deploym'), labels('echo@1.1')]).toEqual([['Deployments'], ['echo 1.1.0']]);
  expect(labels('', { namespace: undefined })).toEqual(['Deployments']);
});
