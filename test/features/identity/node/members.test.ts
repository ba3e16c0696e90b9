// Tests `slipway members`: what each command sends, and that a person is found by e-mail address.
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { type Scripted, scriptedServer } from '../../../client/scripted-server.ts';

const namespace = 'ns_0000000000000000000000000a';
const ana = {
  ...{ person_id: 'usr_ana', name: 'Ana', email: 'ana@example.com', role: 'developer', namespace_ids: null },
  signed_in_at: '2026-11-20T10:00:00.000Z',
};
const page = (results: object[], next_cursor: string | null = null): Scripted => ({
  body: { results, pagination: { limit: 100, next_cursor } },
});

async function members(args: string[], ...answers: Scripted[]) {
  await using server = await scriptedServer(...answers);
  const ran = await inProcess(['members', ...args], { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' });
  const sent = server.received.map(({ body, method, url }) => [
    `${method} ${url}`,
    body === '' ? null : JSON.parse(body),
  ]);
  return { ...ran, sent };
}

test.each([
  ['without an issuer for people', [{ purpose: 'ci' }], true],
  ['with one', [{ purpose: 'ci' }, { purpose: 'people' }], false],
])('an invitation %s says whether anybody can sign in', async (_, issuers, isClosed) => {
  const invited = { body: { url: 'https://slipway.test/sign-in#invitation=si_1' } };
  const { stderr } = await members(['invite', 'ana@example.com', '--role', 'developer'], invited, page(issuers));
  expect(stderr.includes('Nobody can sign in yet: add an issuer with `slipway issuers add')).toBe(isClosed);
});

test('an invitation prints only its link to standard output', async () => {
  const found = { body: { namespace_id: namespace, namespace_name: 'staging' } };
  const args = ['invite', 'ana@example.com', '--role', 'developer', '--only', 'staging'];
  const invited = { body: { url: 'https://slipway.test/sign-in#invitation=si_1' } };
  const { sent, stdout } = await members(args, found, invited, page([{ purpose: 'people' }]));
  expect(stdout).toBe('https://slipway.test/sign-in#invitation=si_1\n');
  expect(sent.at(-2)).toEqual([
    'POST /v1/invitations',
    { email: 'ana@example.com', role: 'developer', namespace_ids: [namespace] },
  ]);
});

test('the list shows each role, and where it holds', async () => {
  const { stdout } = await members(['list'], page([ana, { ...ana, name: 'Ben', namespace_ids: [namespace] }]));
  expect(stdout).toMatch(/Ana +ana@example\.com +developer +all/);
  expect(stdout).toMatch(new RegExp(`Ben +ana@example\\.com +developer +${namespace}`));
});

test("another role is set by e-mail address, also of a member on the list's next page", async () => {
  const other = { ...ana, person_id: 'usr_ben', email: 'ben@example.com' };
  const changed = { body: { ...ana, role: 'admin' } };
  const args = ['set', 'Ana@Example.com', '--role', 'admin'];
  const { sent, stdout } = await members(args, page([other], 'more'), page([ana]), changed);
  expect(stdout).toBe('✓ Ana is now admin\n');
  expect(sent.at(-1)).toEqual(['PATCH /v1/members/usr_ana', { role: 'admin' }]);
});

test('a member is removed by ID, and the others are not asked for', async () => {
  const { sent, stdout } = await members(['remove', 'usr_ana', '--yes'], { body: ana });
  expect([sent, stdout]).toEqual([[['DELETE /v1/members/usr_ana', null]], '✓ Ana is no longer a member\n']);
});

test.each([
  ['nobody', [], 'no member has the e-mail address'],
  ['two people, from two issuers', [ana, { ...ana, person_id: 'usr_2' }], 'several members have the e-mail address'],
])('an address of %s removes nobody', async (_, found, message) => {
  const { exit, sent, stderr } = await members(['remove', ana.email, '--yes'], page(found));
  expect([exit, sent.length, stderr]).toEqual(['usage', 1, expect.stringContaining(message)]);
});

test('invitations are listed, and revoked', async () => {
  const pending = { ...ana, invitation_id: 'inv_1', expires_at: '2026-11-30T10:00:00.000Z' };
  expect((await members(['invitations'], page([pending]))).stdout).toMatch(/ana@example\.com +developer +all .+inv_1/);
  const { sent } = await members(['revoke-invitation', 'inv_1'], { status: 204 });
  expect(sent).toEqual([['DELETE /v1/invitations/inv_1', null]]);
});
