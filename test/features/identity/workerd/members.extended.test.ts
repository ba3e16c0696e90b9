// Tests members who leave at the same time, and what remains of them.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventsOf } from '../../../support/events.ts';
import { namespaceIn } from '../../../support/scenes/organization.ts';
import { day, scene, statusOf } from '../scenes/membership.ts';
import { ana, ben } from '../scenes/sign-in.ts';

const quotaModel = z.object({ quotas: z.object({ keys: z.object({ used: z.number() }) }) });

describe('removing a member', () => {
  test("a removed person's name stays in events", async () => {
    const { join, keyOf, org } = await scene();
    const { browser, path } = await join(ana, 'owner');
    await join(ben, 'owner');
    await namespaceIn((await keyOf(browser)).client, 'made');
    await org.del(path);
    const event = (await eventsOf(org)).find(({ type, actor }) => type === 'namespace.created' && actor.via === 'cli');
    expect(event?.actor).toMatchObject({ type: 'person', name: 'Ana' });
  });
});

describe('the last owner', () => {
  test('the last owner stays if two owners go at once', async () => {
    const { join, org } = await scene();
    const [one, two] = [await join(ana, 'owner'), await join(ben, 'owner')];
    const answers = await Promise.all([
      one.browser.send('DELETE', one.path),
      two.browser.send('DELETE', two.path),
      org.patch(one.path, { role: 'viewer' }),
      org.patch(two.path, { role: 'viewer' }),
    ]);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    const { body } = await org.get('/v1/members');
    expect(Object(body).results.filter(({ role }: { role: string }) => role === 'owner')).toHaveLength(1);
  });

  test('one owner stays if two remove each other at once', async () => {
    const { join, org } = await scene();
    const [one, two] = [await join(ana, 'owner'), await join(ben, 'owner')];
    for (const owner of [one, two]) expect(await statusOf(owner.elsewhere)).toBe(200);
    const answers = await Promise.all([one.elsewhere.send('DELETE', two.path), two.elsewhere.send('DELETE', one.path)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(Object((await org.get('/v1/members')).body).results).toHaveLength(1);
  });
});

describe('a personal key', () => {
  test("an Idempotency-Key of a person's key gives no answer to another of their keys", async () => {
    const { join, keyOf } = await scene();
    const { browser } = await join(ana, 'owner');
    const [owner, reader] = [await keyOf(browser), await keyOf(browser, { scopes: ['plugins:read'] })];
    const sent = { body: { name: 'ci', scopes: ['keys:admin'] }, headers: { 'idempotency-key': 'once' } };
    expect((await owner.client.send('POST', '/v1/person/keys', sent)).status).toBe(200);
    expect((await reader.client.send('POST', '/v1/person/keys', sent)).status).toBe(403);
  });

  test('a personal key counts in the key quota, and sessions do not', async () => {
    const { join, keyOf, org } = await scene();
    const used = async () => quotaModel.parse((await org.get('/v1/quotas')).body).quotas.keys.used;
    const before = await used();
    const { browser } = await join(ana, 'developer');
    expect(await used()).toBe(before);
    await keyOf(browser);
    expect(await used()).toBe(before + 1);
  });

  test("a session's end does not limit the keys of the organization that an owner creates", async () => {
    const { clock, join } = await scene();
    const { browser } = await join(ana, 'owner');
    const fields = {
      name: 'ci',
      scopes: ['plugins:read'],
      expires_at: new Date(clock.now() + 365 * day).toISOString(),
    };
    const { body } = await browser.send('POST', '/v1/keys', fields);
    expect(body).toMatchObject({ person: null, name: 'ci' });
  });
});
