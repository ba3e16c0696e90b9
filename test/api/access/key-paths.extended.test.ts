// Tests which paths a key can be limited to.
import { describe, expect, test } from 'vitest';
import { keyLimits } from '../../../src/contract/limits/keys-and-sessions.ts';
import { clientWithKey, namespaceIn, organization, pluginsOf } from '../../support/scenes/organization.ts';
import { acme, app, clientIn } from './limited-keys.ts';

describe('creating a key with a path', () => {
  test('the path is in a namespace that the key can see', async () => {
    const { create, org, root } = await acme();
    const elsewhere = await namespaceIn(org, 'elsewhere');
    const stranger = await organization({ fetch: app.fetch });
    const bound = await clientWithKey(org, { namespaceIds: [org.namespaceId] });
    const unknown = `ns_${'0'.repeat(26)}`;
    const path = pluginsOf(elsewhere);
    const missing = (id: string) => ({ status: 404, body: { detail: `Namespace not found: ${id}` } });
    expect(await create({ path: pluginsOf(unknown) })).toMatchObject(missing(unknown));
    expect(await create({ path: pluginsOf('ns_short') })).toMatchObject(missing('ns_short'));
    expect(await create({ path: stranger.plugins })).toMatchObject(missing(stranger.namespaceId));
    expect(await create({ path }, bound)).toMatchObject(missing(elsewhere));
    expect(await create({ path, namespace_ids: [org.namespaceId] })).toMatchObject(missing(elsewhere));
    expect(await create({ path: `${root}/plugins`, namespace_ids: [elsewhere, org.namespaceId] })).toMatchObject({
      status: 200,
      body: { namespace_ids: [elsewhere, org.namespaceId] },
    });
    expect(await create({ path, scopes: ['plugins:read'] })).toMatchObject({
      status: 200,
      body: { path, namespace_ids: [elsewhere] },
    });
  });

  test.each<[what: string, path: (root: string) => unknown]>([
    ['empty', () => ''],
    ['of no namespace', () => '/v1/keys/self'],
    ['of a namespace by name', () => '/v1/namespaces/default/plugins'],
    ['a whole namespace', (root) => root],
    ['a namespace with a slash', (root) => `${root}/`],
    ['with a slash at the end', (root) => `${root}/tool-sets/`],
    ['with a doubled slash', (root) => `${root}//tool-sets`],
    ['with dots', (root) => `${root}/../plugins`],
    ['with a dot', (root) => `${root}/./plugins`],
    ['with dots at the end', (root) => `${root}/plugins/..`],
    ['encoded', (root) => `${root}/%74ool-sets`],
    ['with a query', (root) => `${root}/plugins?fields=name`],
    ['with a fragment', (root) => `${root}/plugins#name`],
    ['with a backslash', (root) => `${root}/plugins\\..`],
    ['with a line break at the end', (root) => `${root}/plugins\n`],
    ['with a letter beyond ASCII', (root) => `${root}/plügins`],
    ['a URL', (root) => `https://slipway.test${root}/plugins`],
    ['without its slash', (root) => `${root}/plugins`.slice(1)],
    ['too long', (root) => `${root}/`.padEnd(keyLimits.pathChars + 1, 'x')],
    ['long and not a path', (root) => `${root}/`.padEnd(60_000, '.')],
    ['a number', () => 1],
  ])('a path that is %s is refused', async (_what, path) => {
    const { create, root } = await acme();
    const answer = await create({ path: path(root) });
    expect(answer.status).toBe(422);
    expect(Object(answer.body).detail).toContainEqual(expect.objectContaining({ loc: ['body', 'path'] }));
  });

  test('a path of the greatest length, and segments with dots, are accepted', async () => {
    const { create, root } = await acme();
    for (const path of [`${root}/`.padEnd(keyLimits.pathChars, 'x'), `${root}/tool-sets/.a_B-1..2`])
      expect(await create({ path })).toMatchObject({ status: 200, body: { path } });
  });

  test('without a path, or with null, a key is not limited to one', async () => {
    const { create, org } = await acme();
    for (const fields of [{}, { path: null }]) {
      const answer = await create(fields);
      expect(answer.body).toMatchObject({ path: null, namespace_ids: null });
      expect((await clientIn(answer).get('/v1/keys/self')).status).toBe(200);
      expect((await clientIn(answer).get(org.plugins)).status).toBe(200);
    }
  });
});
