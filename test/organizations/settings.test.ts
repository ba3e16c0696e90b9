// Tests an organization's own settings over HTTP: who may read and change them, and what the audit log then contains.
import { expect, test } from 'vitest';
import { eventsOf } from '../support/events.ts';
import { organization } from '../support/scenes/organization.ts';

const path = '/v1/organization/settings';

test('an administrator changes the default placement, which is recorded once, and no other organization sees it', async () => {
  const org = await organization();
  const other = await organization();
  expect((await org.get(path)).body).toEqual({ organization_id: org.id, name: 'Acme', placement: 'sandbox' });
  for (const placement of ['ray', 'ray', 'sandbox'])
    expect((await org.patch(path, { placement })).body).toMatchObject({ organization_id: org.id, placement });
  await org.patch(path, { placement: 'ray' });
  const changes = async (one: typeof org) =>
    (await eventsOf(one)).filter(({ type }) => type === 'organization.placement_changed').map(({ data }) => data);
  expect(await changes(org)).toEqual([{ placement: 'ray' }, { placement: 'sandbox' }, { placement: 'ray' }]);
  expect([(await other.get(path)).body, await changes(other)]).toMatchObject([{ placement: 'sandbox' }, []]);
});

test.each([{}, { placement: null }, { placement: 'container' }])('the settings %j are refused', async (body) => {
  const org = await organization();
  expect((await org.patch(path, body)).status).toBe(422);
  expect((await org.get(path)).body).toMatchObject({ placement: 'sandbox' });
});

test("a namespace's default placement is recorded with its value when it is created and when it changes", async () => {
  const org = await organization();
  const extractor = { feature_extractor_name: 'text_extractor', version: 'v1' };
  const created = await org.post('/v1/namespaces', {
    ...{ namespace_name: 'staging', feature_extractors: [extractor], placement: 'ray' },
  });
  expect(created.body).toMatchObject({ placement: 'ray' });
  for (const placement of ['sandbox', null, null])
    expect((await org.patch('/v1/namespaces/staging', { placement })).body).toMatchObject({ placement });
  expect((await org.patch('/v1/namespaces/staging', { description: 'x' })).body).toMatchObject({ placement: null });
  const events = (await eventsOf(org)).filter(({ type }) => type === 'namespace.placement_changed');
  expect(events.map(({ data }) => data)).toEqual([{ placement: 'ray' }, { placement: 'sandbox' }, { placement: null }]);
});
