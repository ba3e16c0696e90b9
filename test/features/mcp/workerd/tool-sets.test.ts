// Tests sets of tools over HTTP: setting, listing, deleting, exact parameters, invalid sets and limits.
import { expect, test } from 'vitest';
import { toolLimits } from '../../../../src/contract/features/mcp/limits.ts';
import { eventsOf } from '../../../support/events.ts';
import { exactJson } from '../../../support/exact-json.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';

const at = ({ namespaceId }: Organization, name = '') => `/v1/namespaces/${namespaceId}/tool-sets${name && `/${name}`}`;
const tool = { name: 'find_papers', plugin: 'paper_search' };
const body = { tools: [tool] };
const inFull = { ...tool, kind: 'extractor', version: null, title: null, description: null, parameters: null };

test('a set is created, replaced, listed, shown and deleted, and each change has an event', async () => {
  const org = await organization();
  const first = await org.put(at(org, 'research'), body);
  const time = expect.stringMatching(/^\d{4}-.*Z$/);
  const fields = { name: 'research', description: null, requires_approval: false, tools: [inFull] };
  const mcp_url = `http://slipway.test${at(org, 'research')}/mcp`;
  const updated_by = { type: 'key', id: expect.stringMatching(/^key_/), name: expect.any(String) };
  expect(first.body).toEqual({ ...fields, mcp_url, pending: null, created_at: time, updated_at: time, updated_by });
  const pinned = { ...tool, version: '1.2.0', title: 'Find', description: 'Finds papers.' };
  const call = { name: 'auth', plugin: 'http_auth', kind: 'extractor' };
  const changed = { description: 'For research', requires_approval: true, tools: [pinned, call] };
  await org.put(at(org, 'research'), changed);
  const shown = await org.get(at(org, 'research'));
  const tools = [
    { ...inFull, ...pinned },
    { ...inFull, ...call },
  ];
  expect(shown.body).toMatchObject({ ...changed, tools });
  await org.put(at(org, 'another'), body);
  const listed = await org.get(at(org));
  expect(listed.body).toMatchObject({ results: [{ name: 'another' }, { name: 'research', tools }] });
  expect((await org.del(at(org, 'research'))).body).toEqual({ success: true, name: 'research' });
  for (const answer of [await org.get(at(org, 'research')), await org.del(at(org, 'research'))])
    expect(answer).toMatchObject({ status: 404, text: expect.stringContaining('Tool set not found: research') });
  const events = (await eventsOf(org)).filter(({ data }) => data.name === 'research');
  const rest = { name: 'research', more_changes: 0 };
  const change = (where: string, from: string | null, to: string | null) => ({ where, from, to });
  const made = [
    change('tools.find_papers.plugin', null, 'paper_search'),
    change('tools.find_papers.kind', null, 'extractor'),
  ];
  const altered = [
    change('description', null, 'For research'),
    change('requires_approval', 'false', 'true'),
    change('tools.find_papers.version', null, '1.2.0'),
    change('tools.find_papers.title', null, 'Find'),
    change('tools.find_papers.description', null, 'Finds papers.'),
    change('tools.auth.plugin', null, 'http_auth'),
    change('tools.auth.kind', null, 'extractor'),
  ];
  const back = (changes: typeof made) => changes.map(({ from, to, where }) => ({ where, from: to, to: from }));
  expect(events.map(({ type, data }) => [type, data])).toEqual([
    ['tool_set.set', { ...rest, tool_count: 1, requires_approval: false, changes: made }],
    ['tool_set.set', { ...rest, tool_count: 2, requires_approval: true, changes: altered }],
    ['tool_set.deleted', { ...rest, changes: expect.arrayContaining([...back(altered), ...back(made)]) }],
  ]);
  expect(new Set(events.map(({ subjectId }) => subjectId)).size).toBe(1);
});

test('parameters stay as they were sent, with the tool that they belong to', async () => {
  const org = await organization();
  const large = '{"id": 12345678901234567, "share": 1.0}';
  const raw = `{"tools": [
    {"name": "none", "plugin": "p"},
    {"name": "large", "plugin": "p", "parameters": ${large}},
    {"name": "null", "plugin": "p", "parameters": null},
    {"name": "repeated", "plugin": "p", "parameters": {"first": 1}, "par\\u0061meters": ${exactJson}}
  ]}`;
  const set = await org.send('PUT', at(org, 'exact'), { raw });
  expect(set.status).toBe(200);
  for (const { text } of [set, await org.get(at(org, 'exact')), await org.get(at(org))]) {
    const texts = [...text.matchAll(/"name":"(\w+)","plugin".*?"parameters":(null|\{.*?\})\}[,\]]/g)];
    expect(texts.map(([, name, parameters]) => [name, parameters])).toEqual([
      ['none', 'null'],
      ['large', large],
      ['null', 'null'],
      ['repeated', exactJson],
    ]);
  }
});

test('a short version number means the one in full', async () => {
  const org = await organization();
  const answer = await org.put(at(org, 'pinned'), { tools: [{ ...tool, version: 'v1.2' }] });
  expect(answer.body).toMatchObject({ tools: [{ version: '1.2.0' }] });
});

test('the list has pages', async () => {
  const org = await organization();
  for (const name of ['set-c', 'set-a', 'set-b']) await org.put(at(org, name), body);
  const first = await org.get(`${at(org)}?limit=2`);
  const cursor = expect.any(String);
  expect(first.body).toMatchObject({
    results: [{ name: 'set-a' }, { name: 'set-b' }],
    pagination: { next_cursor: cursor },
  });
  const { next_cursor } = JSON.parse(first.text).pagination;
  const second = await org.get(`${at(org)}?limit=2&cursor=${next_cursor}`);
  expect(second.body).toMatchObject({ results: [{ name: 'set-c' }], pagination: { next_cursor: null } });
});

const many = (count: number) => Array.from({ length: count }, (_, i) => ({ ...tool, name: `tool_${i}` }));

test.each<[what: string, body: object, message: string]>([
  ['without tools', { tools: [] }, 'tools'],
  ['with too many tools', { tools: many(toolLimits.perSet + 1) }, 'tools'],
  ['with two tools of one name', { tools: [tool, { ...tool, plugin: 'other' }] }, 'must have different names'],
  ['with a name that clients refuse', { tools: [{ ...tool, name: 'find papers' }] }, 'must be 1 to 64 letters'],
  ['with an unknown field', { tools: [{ ...tool, parmeters: {} }] }, 'parmeters'],
  ['with a version that is none', { tools: [{ ...tool, version: 'latest' }] }, 'must be a version number'],
  [
    'with a version of a Go plugin',
    { tools: [{ ...tool, kind: 'storage', version: '1.2.0' }] },
    'only extractors can be pinned to a version',
  ],
  [
    'with parameters of a Go plugin',
    { tools: [{ ...tool, kind: 'pipeline', parameters: {} }] },
    'only extractors have parameters',
  ],
  [
    'a Go plugin that must be approved',
    { requires_approval: true, tools: [{ ...tool, kind: 'pipeline' }] },
    'only extractors can be tools of a set that requires approval',
  ],
  [
    'with a hidden character in its description',
    { description: 'For research\u{e0041}', tools: [tool] },
    'read: U+E0041 (tag) at position 13',
  ],
  [
    "with a hidden character in a tool's title",
    { tools: [{ ...tool, title: 'Find\u202e' }] },
    'U+202E (right-to-left override) at position 5',
  ],
  [
    "with a hidden character in a tool's description",
    { tools: [{ ...tool, description: '\u200bFind' }] },
    'U+200B (zero width space) at position 1',
  ],
  ['with parameters that are a number', { tools: [{ ...tool, parameters: 5 }] }, 'parameters'],
  ['with parameters that are a list', { tools: [{ ...tool, parameters: [] }] }, 'parameters'],
])('a set %s is refused', async (_, sent, message) => {
  const org = await organization();
  const answer = await org.put(at(org, 'refused'), sent);
  expect(answer.status).toBe(422);
  expect(answer.text).toContain(message);
  expect((await org.get(at(org))).body).toMatchObject({ results: [] });
});

test('a set has at most 64 tools', async () => {
  const org = await organization();
  expect((await org.put(at(org, 'large'), { tools: many(toolLimits.perSet) })).status).toBe(200);
});

test('a set of more than 256 KiB is refused', async () => {
  const org = await organization();
  const sent = (length: number) => ({ tools: [{ ...tool, parameters: { text: 'x'.repeat(length) } }] });
  expect((await org.put(at(org, 'large'), sent(toolLimits.setBytes - 200))).status).toBe(200);
  expect((await org.put(at(org, 'larger'), sent(toolLimits.setBytes))).status).toBe(413);
});

test('a namespace has at most 50 sets, which can still be replaced', async () => {
  const org = await organization();
  for (let i = 0; i < toolLimits.setsPerNamespace; i++) await org.put(at(org, `set-${i}`), body);
  const answer = await org.put(at(org, 'one-more'), body);
  expect(answer.status).toBe(403);
  expect(answer.text).toContain('This namespace has 50 of 50 tool sets');
  expect((await org.put(at(org, 'set-7'), { ...body, description: 'changed' })).status).toBe(200);
});
