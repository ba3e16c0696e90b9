// Tests who sees and changes sets of tools, and what happens to them when their namespace is deleted or exported.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { type Actor, withoutKey } from '../../../../src/access/actor.ts';
import { setToolSet } from '../../../../src/features/mcp/sets/change-set.ts';
import { emptyDeletedNamespaces } from '../../../../src/retirement/removal.ts';
import { testApp } from '../../../support/deps.ts';
import { clientWithKey, namespaceIn, type Organization, organization } from '../../../support/scenes/organization.ts';

const at = ({ namespaceId }: Pick<Organization, 'namespaceId'>, name = '') =>
  `/v1/namespaces/${namespaceId}/tool-sets${name && `/${name}`}`;
const body = { tools: [{ name: 'find_papers', plugin: 'paper_search' }] };

const operations = [
  ['GET', ''],
  ['GET', 'research'],
  ['PUT', 'research'],
  ['PUT', 'other'],
  ['DELETE', 'research'],
] as const;

test.each(operations)(
  'to another organization, %s %s answers as if the namespace did not exist',
  async (verb, name) => {
    const org = await organization();
    const other = await organization();
    await org.put(at(org, 'research'), body);
    const sent = verb === 'PUT' ? { body: { ...body, description: 'changed' } } : {};
    const namespaceId = 'ns_00000000000000000000000000';
    const [foreign, absent] = await Promise.all([
      other.send(verb, at(org, name), sent),
      other.send(verb, at({ namespaceId }, name), sent),
    ]);
    expect(foreign).toMatchObject({ status: 404, text: expect.stringContaining('Namespace not found') });
    const withoutIds = (text: string) => text.replaceAll(/(?:ns|req)_\w+/g, 'id');
    expect(withoutIds(foreign.text)).toBe(withoutIds(absent.text));
    expect((await org.get(at(org))).body).toMatchObject({ results: [{ name: 'research', description: null }] });
  },
);

test.each(operations)('a key of another namespace gets 404 for %s %s', async (verb, name) => {
  const org = await organization();
  await org.put(at(org, 'research'), body);
  const bound = await clientWithKey(org, { namespaceIds: [await namespaceIn(org, 'bound')] });
  expect((await bound.send(verb, at(org, name), verb === 'PUT' ? { body } : {})).status).toBe(404);
  expect((await org.get(at(org))).body).toMatchObject({ results: [{ name: 'research' }] });
});

test('a key that may only read and call plugins shows sets and changes none', async () => {
  const org = await organization();
  await org.put(at(org, 'research'), body);
  const reader = await clientWithKey(org, { scopes: ['plugins:read', 'plugins:invoke'] });
  expect((await reader.get(at(org, 'research'))).status).toBe(200);
  for (const answer of [await reader.put(at(org, 'research'), body), await reader.del(at(org, 'research'))])
    expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('plugins:deploy') });
});

test('a CI job that may change some plugins only changes no set', async () => {
  const org = await organization();
  const { deps } = testApp();
  const actor: Actor = {
    ref: { type: 'ci', id: 'tpb_1' },
    organizationId: org.id,
    ...withoutKey,
    pluginPattern: 'paper_*',
    scopes: new Set(['plugins:read', 'plugins:deploy']),
    namespaceIds: null,
  };
  const set = { namespaceId: org.namespaceId, name: 'research', description: null, requiresApproval: false, tools: [] };
  await expect(setToolSet(deps, actor, set)).rejects.toThrow('This CI job may only publish paper_*');
});

test('the sets of a deleted namespace are gone at once, and their rows with the next sweep', async () => {
  const org = await organization();
  const namespaceId = await namespaceIn(org, 'research');
  await org.put(at({ namespaceId }, 'gone'), body);
  await org.put(at(org, 'kept'), body);
  await org.del(`/v1/namespaces/${namespaceId}`);
  expect((await org.get(at({ namespaceId }, 'gone'))).status).toBe(404);
  expect((await org.put(at({ namespaceId }, 'late'), body)).status).toBe(404);
  await emptyDeletedNamespaces(testApp().deps);
  const { results } = await env.DB.prepare('select name from tool_sets where namespace_id in (?, ?)')
    .bind(namespaceId, org.namespaceId)
    .all();
  expect(results).toEqual([{ name: 'kept' }]);
});

test("an organization's export has its sets, with parameters as they were sent", async () => {
  const org = await organization();
  const raw = '{"tools": [{"name": "a", "plugin": "p", "parameters": {"id": 12345678901234567}}]}';
  await org.send('PUT', at(org, 'research'), { raw });
  const { text } = await org.get('/v1/organization/export');
  const lines: { table?: string; row?: { name: string; tools: unknown } }[] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.filter(({ table }) => table === 'tool_sets').map(({ row }) => row)).toMatchObject([
    { name: 'research', namespace_id: org.namespaceId },
  ]);
  expect(text).toContain('12345678901234567');
});
