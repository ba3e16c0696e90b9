// Tests secrets over HTTP: setting, replacing, listing, deleting, and invalid requests.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { settingLimits } from '../../../../src/contract/features/secrets/limits.ts';
import { eventsOf } from '../../../support/events.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';

const at = ({ namespaceId }: Organization, name = '') => `/v1/namespaces/${namespaceId}/secrets${name && `/${name}`}`;

test('a secret is set, replaced, listed and deleted, and no response or event contains its value', async () => {
  const org = await organization();
  const first = await org.put(at(org, 'TOKEN'), { value: 'first-kQ7-value' });
  const time = expect.stringMatching(/^\d{4}-.*Z$/);
  const updated_by = { type: 'key', id: expect.stringMatching(/^key_/), name: expect.any(String) };
  expect(first).toMatchObject({
    status: 200,
    body: { name: 'TOKEN', revision: 1, created_at: time, updated_at: time, updated_by },
  });
  const second = await org.put(at(org, 'TOKEN'), { value: 'second-kQ7-value' });
  expect(second.body).toMatchObject({ name: 'TOKEN', revision: 2 });
  const listed = await org.get(at(org));
  expect(listed.body).toMatchObject({ results: [{ name: 'TOKEN', revision: 2 }] });
  const deleted = await org.del(at(org, 'TOKEN'));
  expect(deleted.body).toEqual({ success: true, name: 'TOKEN' });
  expect((await org.del(at(org, 'TOKEN'))).status).toBe(404);
  const events = (await eventsOf(org)).filter(({ type }) => type.startsWith('secret.'));
  expect(events.map(({ type, data }) => [type, data])).toEqual([
    ['secret.set', { name: 'TOKEN', revision: 1 }],
    ['secret.set', { name: 'TOKEN', revision: 2 }],
    ['secret.deleted', { name: 'TOKEN' }],
  ]);
  expect(new Set(events.map(({ subjectId }) => subjectId)).size).toBe(1);
  for (const { text } of [first, second, listed, deleted]) expect(text).not.toContain('kQ7');
  expect(JSON.stringify(events)).not.toContain('kQ7');
});

test("another organization can't read, replace or delete secrets", async () => {
  const org = await organization();
  const other = await organization();
  await org.put(at(org, 'TOKEN'), { value: 'first-value' });
  expect((await other.get(at(org))).status).toBe(404);
  expect((await other.put(at(org, 'TOKEN'), { value: 'other-value' })).status).toBe(404);
  expect((await other.put(at(org, 'OTHER'), { value: 'other-value' })).status).toBe(404);
  expect((await other.del(`${at(org, 'TOKEN')}?force=true`)).status).toBe(404);
  expect((await org.get(at(org))).body).toMatchObject({ results: [{ name: 'TOKEN', revision: 1 }] });
  expect((await org.put(at(org, 'TOKEN'), { value: 'second-value' })).body).toMatchObject({ revision: 2 });
});

test('D1 rows contain no plaintext values, and equal values have different ciphertexts', async () => {
  const org = await organization();
  await org.put(at(org, 'TOKEN'), { value: 'same-kQ7-value' });
  await org.put(at(org, 'OTHER'), { value: 'same-kQ7-value' });
  const { results: tables } = await env.DB.prepare(
    "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\'",
  ).all<{ name: string }>();
  for (const { name } of tables) {
    const { results } = await env.DB.prepare(`select * from "${name}"`).all();
    expect(JSON.stringify(results), name).not.toContain('kQ7');
  }
  const { results } = await env.DB.prepare('select sealed from secrets where namespace_id = ?')
    .bind(org.namespaceId)
    .all<{ sealed: string }>();
  expect(new Set(results.map(({ sealed }) => sealed.slice(0, 40))).size).toBe(2);
});

test.each([
  ['a value that is too short to be masked', 'TOKEN', { value: 'abc' }, 'must have at least 4 characters'],
  ['a value that is too long', 'TOKEN', { value: 'é'.repeat(16_385) }, 'must be at most 32768 bytes in UTF-8'],
  ['half of a character', 'TOKEN', { value: '\ud83dxyz' }, 'unpaired surrogate'],
  ['no value', 'TOKEN', {}, 'value'],
  ['a name that starts with a digit', '1TOKEN', { value: 'value' }, 'must be 1 to 128 letters'],
])('%s is refused', async (_, name, body, message) => {
  const org = await organization();
  const answer = await org.put(at(org, name), body);
  expect(answer.status).toBe(422);
  expect(answer.text).toContain(message);
});

test('a value of the maximum length is stored', async () => {
  const org = await organization();
  expect((await org.put(at(org, 'TOKEN'), { value: 'é'.repeat(16_384) })).status).toBe(200);
});

test('a namespace has at most 100 secrets, whose values can still be replaced', async () => {
  const org = await organization();
  for (let i = 0; i < settingLimits.perNamespaceMax; i++) await org.put(at(org, `TOKEN_${i}`), { value: 'value' });
  const answer = await org.put(at(org, 'ONE_MORE'), { value: 'value' });
  expect(answer).toMatchObject({ status: 403, body: { error: { type: expect.stringMatching(/quota/i) } } });
  expect(answer.text).toContain('This namespace has 100 of 100 secrets');
  expect((await org.put(at(org, 'TOKEN_7'), { value: 'other' })).body).toMatchObject({ revision: 101 });
});
