// Tests the codes that give the command line a personal key: whom the key acts for, and every exchange that gets none.
import { env } from 'cloudflare:workers';
import { calculatePKCECodeChallenge } from 'oauth4webapi';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { database } from '../../../../src/db/client.ts';
import { browserSessions } from '../../../../src/db/schema/access.ts';
import { clientOf, origin } from '../../../support/client.ts';
import { eventsOf } from '../../../support/events.ts';
import { ana, Browser, ben, peopleScene } from '../scenes/sign-in.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const verifier = 'v'.repeat(43);
const codeModel = z.object({ code: z.string() });
const keyModel = z.object({ api_key: z.string() });

/** Ana as a developer beside an owner, and her code. */
async function scene() {
  const people = await peopleScene();
  const { browser: owner } = await people.join(ben);
  const { browser } = await people.join(ana, 'developer');
  const codeFor = async (challenge: string, asked = browser) =>
    codeModel.parse((await asked.send('POST', '/v1/person/codes', { code_challenge: challenge })).body).code;
  const code = await codeFor(await calculatePKCECodeChallenge(verifier));
  /** Exchanges a code as the command line does, without a cookie. */
  const exchange = (fields: object = {}) =>
    new Browser(people.app).send('POST', '/v1/sign-in/code', {
      code,
      code_verifier: verifier,
      name: 'laptop',
      ...fields,
    });
  return { ...people, browser, owner, code, codeFor, exchange };
}

describe('a code for the command line', () => {
  test('it becomes a personal key with the role of its person, for 90 days', async () => {
    const { app, clock, exchange, org } = await scene();
    const { status, body } = await exchange();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'laptop',
      person: { name: 'Ana' },
      scopes: ['plugins:read', 'plugins:write', 'plugins:deploy', 'plugins:invoke'],
      expires_at: new Date(clock.now() + 90 * day).toISOString(),
    });
    const { body: own } = await clientOf(`Bearer ${keyModel.parse(body).api_key}`, app.fetch).get('/v1/keys/self');
    expect(own).toMatchObject({ organization_id: org.id, role: 'developer' });
    expect((await eventsOf(org)).at(-1)).toMatchObject({ type: 'key.created', actor: { name: 'Ana', via: 'console' } });
  });

  test('it works once, also for two exchanges at the same time', async () => {
    const { exchange } = await scene();
    const both = await Promise.all([exchange(), exchange()]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect((await exchange()).status).toBe(401);
  });

  test('another verifier gets nothing, and leaves the code to its own', async () => {
    const { exchange } = await scene();
    const { status, body } = await exchange({ code_verifier: 'w'.repeat(43) });
    expect([status, body]).toMatchObject([
      401,
      { error: { message: expect.stringContaining('another command line') } },
    ]);
    expect((await exchange()).status).toBe(200);
  });

  test('it ends after five minutes', async () => {
    const { clock, exchange } = await scene();
    clock.advance(5 * minute);
    expect((await exchange()).status).toBe(401);
  });

  test('it ends after five minutes, also if its session is extended meanwhile', async () => {
    const { browser, clock, codeFor, exchange, settled } = await scene();
    clock.advance(59 * minute);
    const code = await codeFor(await calculatePKCECodeChallenge(verifier));
    clock.advance(minute);
    await browser.get('/v1/session');
    await settled();
    clock.advance(4 * minute);
    expect((await exchange({ code })).status).toBe(401);
  });

  test('it gives nothing after its person has left', async () => {
    const { browser, exchange, owner } = await scene();
    const { person_id } = Object((await browser.get('/v1/person')).body);
    expect((await owner.send('DELETE', `/v1/members/${person_id}`)).status).toBe(200);
    expect((await exchange()).status).toBe(401);
  });

  test('it gives only what a lower role still has', async () => {
    const { browser, exchange, owner } = await scene();
    const { person_id } = Object((await browser.get('/v1/person')).body);
    await owner.send('PATCH', `/v1/members/${person_id}`, { role: 'viewer' });
    expect((await exchange()).body).toMatchObject({ scopes: ['plugins:read'] });
  });

  test('it is neither a session nor a sign-in link, is no listed session, and is not stored', async () => {
    const { app, browser, code } = await scene();
    const thief = new Browser(app);
    expect((await thief.send('POST', '/v1/session/links/use', { link: code })).status).toBe(401);
    thief.cookies.set('__Host-slipway', code);
    expect((await thief.get('/v1/session')).status).toBe(401);
    expect(Object((await browser.get('/v1/person/sessions')).body).sessions).toHaveLength(1);
    expect(JSON.stringify(await database(env.DB).select().from(browserSessions))).not.toContain(code);
  });

  test("another site's page cannot create one, and a key of the organization has none", async () => {
    const { app, browser, org } = await scene();
    const cookie = `__Host-slipway=${browser.cookies.get('__Host-slipway')}`;
    const headers = { cookie, 'content-type': 'application/json' };
    const body = JSON.stringify({ code_challenge: 'c'.repeat(43) });
    const forged = new Request(`${origin}/v1/person/codes`, { method: 'POST', headers, body });
    expect((await app.fetch(forged)).status).toBe(403);
    expect((await org.post('/v1/person/codes', { code_challenge: 'c'.repeat(43) })).status).toBe(403);
  });
});
