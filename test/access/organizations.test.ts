// Tests an operator's changes to an organization: its name and its region.
import { expect, test } from 'vitest';
import { clientOf } from '../support/client.ts';
import { testApp } from '../support/deps.ts';
import { eventsOf } from '../support/events.ts';
import { adminAuthorization, organization } from '../support/scenes/organization.ts';

const app = testApp();
const operator = clientOf(adminAuthorization, app.fetch);

test('An operator renames an organization, and unchanged fields record no event', async () => {
  const org = await organization({ fetch: app.fetch });
  const change = (body: object) => operator.send('PATCH', `/v1/admin/organizations/${org.id}`, { body });
  expect(await change({ name: 'Acme Inc.' })).toMatchObject({
    status: 200,
    body: { name: 'Acme Inc.', jurisdiction: null },
  });
  expect(await change({ name: 'Acme Inc.', jurisdiction: 'eu' })).toMatchObject({
    body: { name: 'Acme Inc.', jurisdiction: 'eu' },
  });
  expect(await change({})).toMatchObject({ status: 200, body: { name: 'Acme Inc.', jurisdiction: 'eu' } });
  const events = await eventsOf(org);
  const types = ['organization.renamed', 'organization.jurisdiction_changed'];
  expect(events.filter(({ type }) => types.includes(type)).map(({ type, data }) => [type, data])).toEqual([
    ['organization.renamed', { name: 'Acme Inc.' }],
    ['organization.jurisdiction_changed', { jurisdiction: 'eu' }],
  ]);
});

test('An organization in an installation restricted to a jurisdiction always has that jurisdiction', async () => {
  const restricted = testApp({ jurisdiction: 'eu' });
  const org = await organization({ fetch: restricted.fetch });
  const admin = clientOf(adminAuthorization, restricted.fetch);
  const change = (jurisdiction: string | null) =>
    admin.send('PATCH', `/v1/admin/organizations/${org.id}`, { body: { jurisdiction } });
  expect(await change('eu')).toMatchObject({ status: 200, body: { jurisdiction: 'eu' } });
  for (const other of ['fedramp', null])
    expect(await change(other)).toMatchObject({
      status: 422,
      body: { detail: [{ msg: 'This installation is restricted to eu, and so are all of its organizations' }] },
    });
  expect((await eventsOf(org)).map(({ type }) => type)).not.toContain('organization.jurisdiction_changed');
});

test('A name that is empty or too long is refused, and so is an unknown organization', async () => {
  const org = await organization({ fetch: app.fetch });
  const change = (id: string, name: string) =>
    operator.send('PATCH', `/v1/admin/organizations/${id}`, { body: { name } });
  expect((await change(org.id, '')).status).toBe(422);
  expect((await change(org.id, 'a'.repeat(101))).status).toBe(422);
  expect((await change('org_01jd0000000000000000000000', 'Acme')).status).toBe(404);
});
