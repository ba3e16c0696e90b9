// Tests what the deletion of an organization leaves of its people.
import { expect, test } from 'vitest';
import { sweepOrganizations } from '../../../../src/organizations/remove.ts';
import { sweep } from '../../../../src/sweep.ts';
import { everythingStored } from '../../../support/database/everything-stored.ts';
import { day, hour } from '../../../support/scenes/closing.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { ana, Browser, begin, ben, invitationOf, issuerOf, peopleScene, signIn } from '../scenes/sign-in.ts';

const path = '/v1/organization/deletion';

test('people of a deleted organization stay in others, and those of its own issuer go with it', async () => {
  const { app, at, clock, deps, issuer, join, org } = await peopleScene();
  const { browser } = await join(ana);
  const next = await organization({ fetch: app.fetch });
  const invited = await next.post('/v1/invitations', { email: ana.email, role: 'viewer' });
  await signIn(new Browser(app), at, { issuer_id: issuer, invitation: invitationOf(invited.body).secret }, ana);
  const groups = { groupsClaim: 'groups', groupRoles: { staff: 'viewer' } } as const;
  const own = await issuerOf(app, at, { organizationId: org.id, ...groups });
  const staff = { ...ben, groups: ['staff'] };
  const signInOwn = () => signIn(new Browser(app), at, { issuer_id: own, organization_id: org.id }, staff);
  expect((await signInOwn()).status).toBe(200);
  const abandoned = await begin(new Browser(app), { issuer_id: own, organization_id: org.id });
  expect(abandoned).toContain(at.url);

  await org.post(path, { organization_id: org.id });
  clock.advance(7 * day);
  await sweepOrganizations(deps);
  expect((await browser.get('/v1/session')).status).toBe(401);
  expect((await signInOwn()).status).toBe(400);
  for (let sweeps = 0; sweeps < 12; sweeps++) {
    clock.advance(8 * hour);
    await sweep(deps);
  }
  const stored = await everythingStored();
  for (const gone of [org.id, own, ben.email]) expect(stored).not.toContain(gone);
  expect((await signIn(browser, at, { issuer_id: issuer }, ana)).status).toBe(200);
  expect((await browser.get('/v1/session')).body).toMatchObject({ key: { organization_id: next.id, role: 'viewer' } });
});
