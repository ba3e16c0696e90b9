// Tests that a demand of approval is refused if nobody could meet it, and made anyway if that is asked for.
import { expect, test } from 'vitest';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { clientWithKey, namespaceIn, type Organization, organization } from '../../../support/scenes/organization.ts';
import { messageOf } from '../../../support/scenes/staged.ts';
import { memberIn } from '../scenes/members.ts';

const demand = { requires_approval: true };
const nobody = 'No member can approve, so new versions would wait';
const onlyAna = 'Only Ana can approve, and not what they publish, so new versions would wait';

async function published(): Promise<Organization> {
  const org = await organization();
  await publish(org, plugin());
  await publish({ ...org, plugins: '/v1/plugins' }, plugin({ name: 'shared_ext' }));
  return org;
}

/** Each way to demand approval. The name makes what it creates unique. */
const ways: [string, (org: Organization, name: string, query?: string) => ReturnType<Organization['patch']>][] = [
  ['a namespace', (org, _, query = '') => org.patch(`/v1/namespaces/${org.namespaceId}${query}`, demand)],
  ['a plugin', (org, _, query = '') => org.patch(`${org.plugins}/by-name/hello_ext${query}`, demand)],
  ["the organization's plugin", (org, _, query = '') => org.patch(`/v1/plugins/by-name/shared_ext${query}`, demand)],
  [
    'a new namespace',
    (org, name, query = '') =>
      org.post(`/v1/namespaces${query}`, {
        ...{ namespace_name: name, feature_extractors: [{ feature_extractor_name: 'text', version: '1.0.0' }] },
        ...demand,
      }),
  ],
];

test.each(ways)(
  'approval for %s is demanded only if two people may approve, or if that is asked for',
  async (_, ask) => {
    const org = await published();
    const other = await namespaceIn(org, 'other');
    expect([(await ask(org, 'one')).status, messageOf(await ask(org, 'one'))]).toEqual([409, nobody]);
    await memberIn(org, 'Ana');
    expect(messageOf(await ask(org, 'one'))).toBe(onlyAna);
    await memberIn(org, 'ANA'); // With the same address: the same person.
    await memberIn(org, 'Cleo', { role: 'developer' });
    await memberIn(org, 'Dan', { role: 'admin', namespaceIds: [other] });
    expect(messageOf(await ask(org, 'one'))).toMatch(/^Only an?a can approve/i);
    expect((await ask(org, 'one', '?without_approvers=true')).status).toBe(200);
    await memberIn(org, 'Bo');
    expect((await ask(org, 'two')).status).toBe(200);
  },
);

test('a demand that is made is not asked about again, and only those who may make it learn who could approve', async () => {
  const org = await published();
  await memberIn(org, 'Ana');
  for (const [, ask] of ways.slice(0, 3)) {
    await ask(org, '', '?without_approvers=true');
    expect((await ask(org, '')).status).toBe(200);
  }
  const reader = { ...org, ...(await clientWithKey(org, { scopes: ['plugins:read'] })) };
  for (const [, ask] of ways) expect((await ask(reader, 'new')).status).toBe(403);
});
