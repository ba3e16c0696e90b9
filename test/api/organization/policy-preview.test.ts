// Tests POST /v1/scan-policy/preview, which returns the published versions whose verdict would change, and why. It changes nothing.
import { expect, test } from 'vitest';
import { policyVersion } from '../../../src/scan/scan.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { eventsOf } from '../../support/events.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { waive } from '../../support/scenes/waived.ts';

/** Passes at level seed; an error at strict. */
const outgoing = { 'mail.py': 'import smtplib\n' };

async function publishThree(org: Organization): Promise<void> {
  await publish(org, plugin({ name: 'a_mail', files: outgoing }));
  await publish(org, plugin({ name: 'b_clean' }));
  await publish(org, plugin({ name: 'c_mail', files: outgoing }));
}

const previewOf = async (org: Organization, body: object, query = '') =>
  (await org.post(`/v1/scan-policy/preview${query}`, body)).body;

test('a level is previewed with the findings it would add, and nothing changes', async () => {
  const org = await organization();
  await publishThree(org);
  const events = (await eventsOf(org)).length;
  const rejected = (name: string) => ({
    plugin_id: `${name}_1_0_0`,
    name,
    version: '1.0.0',
    namespace_id: org.namespaceId,
    from: 'pass',
    to: 'reject',
    rules: ['SLP111'],
    introduced: 1,
    fixed: 0,
    findings: [expect.objectContaining({ file: 'mail.py', line: 1, rule: 'SLP111', name: 'smtplib' })],
  });
  expect(await previewOf(org, { level: 'strict' })).toEqual({
    level: 'strict',
    policy_version: policyVersion,
    examined: 3,
    results: [rejected('a_mail'), rejected('c_mail')],
    pagination: { limit: 20, next_cursor: null },
  });
  expect(await previewOf(org, {})).toMatchObject({ level: 'seed', examined: 3, results: [] });
  expect((await eventsOf(org)).length).toBe(events);
  expect((await org.get(`${org.plugins}/a_mail_1_0_0/scan`)).body).toMatchObject({ level: 'seed', verdict: 'pass' });
});

test('every version appears on exactly one page', async () => {
  const org = await organization();
  await publishThree(org);
  const seen: string[] = [];
  let query = '?limit=1';
  for (let pages = 0; pages < 3; pages += 1) {
    const { examined, pagination, results } = Object(await previewOf(org, { level: 'strict' }, query));
    expect(examined).toBe(1);
    seen.push(results.map(({ name }: { name: string }) => name).join());
    query = `?limit=1&cursor=${pagination.next_cursor}`;
  }
  expect([seen, query]).toEqual([['a_mail', '', 'c_mail'], '?limit=1&cursor=null']);
});

test('a preview applies waivers, and excludes other organizations', async () => {
  const [org, other] = [await organization(), await organization()];
  await publishThree(org);
  await waive(org, { plugin: 'a_mail', rule: 'SLP111' });
  const { results } = Object(await previewOf(org, { level: 'strict' }));
  expect(results).toMatchObject([
    { name: 'a_mail', from: 'pass', to: 'warn', rules: [] },
    { name: 'c_mail', to: 'reject' },
  ]);
  expect(await previewOf(other, { level: 'strict' })).toMatchObject({ examined: 0, results: [] });
});

test('a version whose scan takes too long has no verdict, and paging continues', async () => {
  const clock = clockAt(Date.now());
  let stepMs = 0;
  const now = () => {
    clock.advance(stepMs);
    return clock.now();
  };
  const org = await organization({ fetch: testApp({ clock: { now } }).fetch });
  await publishThree(org);
  stepMs = 11_000;
  const { examined, pagination, results } = Object(await previewOf(org, { level: 'strict' }));
  expect([examined, results]).toMatchObject([1, [{ name: 'a_mail', from: 'pass', to: null, findings: [] }]]);
  stepMs = 0;
  const rest = Object(await previewOf(org, { level: 'strict' }, `?cursor=${pagination.next_cursor}`));
  expect(rest).toMatchObject({ examined: 2, results: [{ name: 'c_mail' }], pagination: { next_cursor: null } });
});

test.each([
  [{ level: 'none' }, ''],
  [{}, '?limit=51'],
  [{}, '?cursor=!'],
])('%j with %j is rejected', async (body, query) => {
  const org = await organization();
  expect((await org.post(`/v1/scan-policy/preview${query}`, body)).status).toBe(422);
});
