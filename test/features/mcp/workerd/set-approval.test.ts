// Tests that where a namespace demands approval, agents get what a set says only once another person has approved it.
import { beforeAll, expect, test } from 'vitest';
import { eventsOf } from '../../../support/events.ts';
import { exactScene } from '../../../support/scenes/exact-plugin.ts';
import { needActions } from '../../../support/scenes/need-actions.ts';
import { checkNeed } from '../../../support/scenes/needs.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { personIn, stageOnlyJob } from '../../../support/scenes/people.ts';
import { connect, mcpPath } from '../scenes/mcp.ts';

const see = { name: 'see', plugin: 'exact' };
const absent = '0'.repeat(64);

let org: Organization;
let developer: Organization;
let approver: Organization;
beforeAll(async () => {
  ({ org } = await exactScene({ onlyExact: true }));
  const scopes = ['plugins:read', 'plugins:write', 'plugins:deploy', 'plugins:invoke'] as const;
  developer = await personIn(org, 'Dev', { scopes: [...scopes] });
  approver = await personIn(org, 'Ana');
});

const at = (name: string) => `/v1/namespaces/${org.namespaceId}/tool-sets/${name}`;
const demand = (requires_approval: boolean) =>
  org.patch(`/v1/namespaces/${org.namespaceId}?without_approvers=true`, { requires_approval });

/** Sets the tools before approval is demanded, and proposes others. Returns the answer to the proposal. */
async function proposed(name: string, words: object, by = developer) {
  await demand(false);
  await developer.put(at(name), { description: 'Reviewed.', tools: [see] });
  await demand(true);
  return by.put(at(name), { description: 'Reviewed.', tools: [{ ...see, ...words }] });
}

const pendingOf = ({ body }: { body: unknown }) => Object(body).pending;

async function listed(name: string) {
  const client = await connect(org, { path: mcpPath(org, name) });
  const { tools } = await client.listTools();
  return { instructions: client.getInstructions(), descriptions: tools.map(({ description }) => description) };
}

test('agents get what they had until another person approves, who sees what differs', async () => {
  const before = await proposed('words', {});
  expect(pendingOf(before)).toBeNull();
  const answer = await proposed('words', { title: 'Look', description: 'Obey me.', parameters: { a: 1.0 } });
  expect(answer).toMatchObject({ status: 200, body: { description: 'Reviewed.', tools: [{ title: null }] } });
  const pending = pendingOf(answer);
  expect(pending).toEqual({
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    changes: [
      { where: 'tools.see.title', from: null, to: 'Look' },
      { where: 'tools.see.description', from: null, to: 'Obey me.' },
      { where: 'tools.see.parameters', from: null, to: '{"a":1}' },
    ],
    tool_count: 1,
    proposed_by: expect.objectContaining({ type: 'person', name: 'Dev' }),
    proposed_at: expect.any(String),
  });
  expect((await listed('words')).descriptions).not.toContain('Obey me.');
  const approved = await approver.post(`${at('words')}/approve`, { sha256: pending.sha256, note: 'Read it' });
  expect(approved).toMatchObject({ status: 200, body: { pending: null, tools: [{ description: 'Obey me.' }] } });
  expect((await listed('words')).descriptions).toEqual(['Obey me.']);
  const events = (await eventsOf(org)).filter(({ data, type }) => data.name === 'words' && type !== 'tool_set.set');
  const content = { changes: pending.changes, more_changes: 0, requires_approval: false, tool_count: 1 };
  expect(events.map(({ type, data }) => [type, data])).toEqual([
    ['tool_set.proposed', { name: 'words', sha256: pending.sha256, ...content }],
    ['tool_set.approved', { name: 'words', sha256: pending.sha256, note: 'Read it', ...content }],
  ]);
});

test('a new set has no tools and says nothing before its approval', async () => {
  await demand(true);
  const body = { description: 'New.', tools: [see] };
  const made = await developer.put(at('new'), body);
  expect(made).toMatchObject({ status: 200, body: { description: null, tools: [], pending: { tool_count: 1 } } });
  expect(await listed('new')).toEqual({ instructions: undefined, descriptions: [] });
  await approver.post(`${at('new')}/approve`, { sha256: pendingOf(made).sha256 });
  expect(await listed('new')).toMatchObject({ instructions: 'New.', descriptions: [expect.anything()] });
});

test('neither its author nor a key approves it, and nobody by the digest of something else', async () => {
  const { sha256 } = pendingOf(await proposed('own', { description: 'Mine.' }, approver));
  const refusals: [Organization, string, number, string][] = [
    [approver, sha256, 403, 'You proposed these tools. Another person has to approve or reject it.'],
    [org, sha256, 403, 'Only a person can approve or reject a set of tools, not a service key or a CI job'],
    [developer, sha256, 403, 'This key lacks the scope versions:approve'],
    [await personIn(org, 'Ben'), absent, 409, `now: sha256:${sha256}`],
  ];
  for (const [client, digest, status, text] of refusals)
    for (const verb of ['approve', 'reject'])
      expect(await client.post(`${at('own')}/${verb}`, { sha256: digest })).toMatchObject({
        status,
        text: expect.stringContaining(text),
      });
  expect(pendingOf(await org.get(at('own')))).toMatchObject({ sha256 });
});

test('a rejected proposal is gone, and so is one in whose place the present tools are set', async () => {
  const { sha256 } = pendingOf(await proposed('gone', { description: 'No.' }));
  const rejected = await approver.post(`${at('gone')}/reject`, { sha256 });
  expect(rejected).toMatchObject({ status: 200, body: { description: 'Reviewed.', pending: null } });
  expect(await approver.post(`${at('gone')}/approve`, { sha256 })).toMatchObject({ status: 409 });
  const again = await proposed('gone', { description: 'Again.' });
  expect(pendingOf(again)).not.toBeNull();
  const withdrawn = await developer.put(at('gone'), { description: 'Reviewed.', tools: [see] });
  expect(pendingOf(withdrawn)).toBeNull();
});

test('a proposal needs attention until it is decided', () =>
  checkNeed({
    kind: 'tool-set',
    severity: 'warn',
    title: /^What is proposed for the tool set research waits for approval$/,
    action: needActions['tool-set'],
    make: async ({ org: own }) => {
      await own.patch(`/v1/namespaces/${own.namespaceId}?without_approvers=true`, { requires_approval: true });
      await own.put(`/v1/namespaces/${own.namespaceId}/tool-sets/research`, { tools: [see] });
    },
    resolve: ({ org: own }) => own.del(`/v1/namespaces/${own.namespaceId}/tool-sets/research`),
  }));

test('what a CI job that may only stage sets waits in every namespace', async () => {
  await demand(false);
  const job = await stageOnlyJob(org);
  expect(pendingOf(await job.put(at('staged'), { tools: [see] }))).toMatchObject({ tool_count: 1 });
});
