// Tests sign-ins that take too long or fail often, addresses that aren't verified, and unusual invitations.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { database } from '../../../../src/db/client.ts';
import { signIns } from '../../../../src/features/identity/tables.ts';
import { sweep } from '../../../../src/sweep.ts';
import { clientOf } from '../../../support/client.ts';
import { eventTypesOf } from '../../../support/events.ts';
import { adminAuthorization } from '../../../support/scenes/organization.ts';
import { ana, Browser, begin, ben, invitationOf, peopleScene, signIn } from '../scenes/sign-in.ts';
import { minute, refused } from '../scenes/sign-ins.ts';

describe('a return that gets no session', () => {
  test('failed sign-ins are at most ten events a minute', async () => {
    const { app, at, issuer, join, org } = await peopleScene();
    await join(ana);
    for (let attempt = 0; attempt < 12; attempt++) {
      const browser = new Browser(app);
      const url = await begin(browser, { issuer_id: issuer, organization_id: org.id });
      await refused(await browser.arrive(at.agree(url, ana, { nonce: 'other' })), browser, 'not valid');
    }
    const failed = (await eventTypesOf(org)).filter((type) => type === 'member.sign_in_failed');
    expect(failed).toHaveLength(10);
  });

  test('an ID token for another client', async () => {
    const { app, at, issuer, join } = await peopleScene();
    await join(ana);
    const browser = new Browser(app);
    const url = await begin(browser, { issuer_id: issuer });
    await refused(await browser.arrive(at.agree(url, ana, { aud: 'another' })), browser, 'not valid');
  });

  test.each([{ email_verified: false }, { email_verified: undefined }, { email: undefined }])(
    'an e-mail address that is not verified: %j',
    async (changed) => {
      const { app, at, issuer, join } = await peopleScene();
      await join(ana);
      const browser = new Browser(app);
      const url = await begin(browser, { issuer_id: issuer });
      await refused(await browser.arrive(at.agree(url, ana, changed)), browser, 'has not verified an e-mail address');
    },
  );

  test('a sign-in that took more than ten minutes, whose row the sweep deletes', async () => {
    const { app, at, clock, deps, issuer, join } = await peopleScene();
    await join(ana);
    const browser = new Browser(app);
    const back = at.agree(await begin(browser, { issuer_id: issuer }), ana);
    clock.advance(10 * minute);
    await refused(await browser.arrive(back), browser, 'has expired');
    await sweep(deps);
    expect(await database(env.DB).select().from(signIns).where(eq(signIns.issuerId, issuer))).toEqual([]);
  });

  test('a sign-in that took more than ten minutes, whose row later sign-ins delete', async () => {
    const { app, at, clock, issuer } = await peopleScene();
    for (let begun = 0; begun < 3; begun++) await begin(new Browser(app), { issuer_id: issuer });
    clock.advance(10 * minute);
    expect(await begin(new Browser(app), { issuer_id: issuer })).toContain(at.url);
    const rows = await database(env.DB).select().from(signIns).where(eq(signIns.issuerId, issuer));
    expect(rows).toHaveLength(1);
  });
});

describe('an invitation', () => {
  test('two browsers with one invitation: one person joins', async () => {
    const { app, at, invite, issuer, org } = await peopleScene();
    const { secret } = await invite(ana.email, 'viewer');
    const accounts = [ana, { ...ana, sub: 'other' }];
    const pages = await Promise.all(
      accounts.map((account) => signIn(new Browser(app), at, { issuer_id: issuer, invitation: secret }, account)),
    );
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect((await eventTypesOf(org)).filter((type) => type === 'member.joined')).toHaveLength(1);
  });

  test('an invitation is not for an address with a look-alike letter', async () => {
    const { app, at, invite, issuer } = await peopleScene();
    const { secret } = await invite('kim@example.com');
    const account = { ...ana, sub: 'kelvin', email: '\u212Aim@example.com' };
    const page = await signIn(new Browser(app), at, { issuer_id: issuer, invitation: secret }, account);
    expect(page.text).toContain('The invitation is for another e-mail address');
  });

  test('an invitation of the operator makes the first owner, and restores one', async () => {
    const { app, at, issuer, join, org } = await peopleScene();
    await join(ben);
    const { browser } = await join(ana, 'viewer');
    const path = `/v1/admin/organizations/${org.id}/invitations`;
    const made = await clientOf(adminAuthorization, app.fetch).post(path, { email: ana.email, role: 'owner' });
    const { secret } = invitationOf(made.body);
    expect((await signIn(browser, at, { issuer_id: issuer, invitation: secret }, ana)).status).toBe(200);
    expect((await browser.get('/v1/session')).body).toMatchObject({ key: { role: 'owner' } });
  });
});
