// Tests when dismissals end, and lists of which one source fails.
import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { sweepDismissals } from '../../src/attention/dismissals.ts';
import { needLimits } from '../../src/contract/limits/attention.ts';
import type { Deps } from '../../src/deps.ts';
import { features } from '../../src/features.ts';
import type { NeedSource } from '../../src/points.ts';
import { needsOf, needsScene } from '../support/scenes/needs.ts';
import { day, expiringKey, lack, subjectsOf } from './listing.ts';

describe('a dismissal', () => {
  test('ends when the need changes, and hides nothing if it changed since it was shown', async () => {
    const s = await needsScene();
    await lack(s, 'hello_ext');
    const [before] = (await needsOf(s.org)).needs;
    await s.org.post(`/v1/attention/${before?.id}/dismiss`);
    expect(await subjectsOf(s.org)).toEqual([]);
    await lack(s, 'hello_ext', ['API_KEY', 'OTHER_KEY'], '1.0.1');
    expect((await needsOf(s.org)).needs).toMatchObject([{ id: before?.id }]);
    const late = await s.org.post(`/v1/attention/${before?.id}/dismiss`, { fingerprint: before?.fingerprint });
    expect(late).toMatchObject({ status: 200, body: { dismissed: false } });
    expect(await subjectsOf(s.org)).toEqual(['hello_ext']);
  });

  test('ends after 90 days, and the sweep deletes it', async () => {
    const s = await needsScene();
    await lack(s, 'hello_ext');
    const [need] = (await needsOf(s.org)).needs;
    await s.org.post(`/v1/attention/${need?.id}/dismiss`);
    s.clock.advance(90 * day + 1);
    expect(await subjectsOf(s.org)).toEqual(['hello_ext']);
    await sweepDismissals(s.deps);
    expect((await env.DB.prepare('select count(*) as left from dismissals').first('left')) ?? -1).toBe(0);
  });

  test('beyond the most that are kept replaces the oldest', async () => {
    const s = await needsScene();
    const key = await expiringKey(s);
    await s.org.post(`/v1/attention/key.${key}/dismiss`);
    const numbers = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${needLimits.dismissalsMax})`;
    await env.DB.exec(
      `${numbers} insert into dismissals select organization_id, viewer_id, 'x.' || i, '', created_at + 1 from dismissals, n`,
    );
    await lack(s, 'hello_ext');
    s.clock.advance(1000);
    const [need] = (await needsOf(s.org)).needs.filter(({ kind }) => kind === 'missing');
    await s.org.post(`/v1/attention/${need?.id}/dismiss`);
    expect(await env.DB.prepare('select count(*) as kept from dismissals').first('kept')).toBe(
      needLimits.dismissalsMax,
    );
    expect(await subjectsOf(s.org)).toEqual([key]);
  });
});

test('a source whose query fails leaves out only its kind', async () => {
  const malformed: NeedSource<Deps> = {
    kind: 'malformed',
    scope: null,
    read: async ({ db }, { together }) => {
      await together(db.select({ broken: sql`json('{')` }).from(sql`(select 1)`));
      return [];
    },
  };
  const s = await needsScene({ features: [...features, { name: 'malformed', needs: [malformed] }] });
  await lack(s, 'hello_ext');
  expect(await needsOf(s.org)).toMatchObject({ needs: [{ kind: 'missing' }], incomplete: ['malformed'] });
});
