// Tests waivers over HTTP: granted with a reason and an expiry, applied by confirms, shown in responses, recorded as events.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ruleIds } from '../../../../src/contract/findings/rules.ts';
import { events } from '../../../../src/db/schema/events.ts';
import { waivers } from '../../../../src/db/schema/policy.ts';
import { policyVersion } from '../../../../src/scan/scan.ts';
import { sweep } from '../../../../src/sweep.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { confirm } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { zodMessage } from '../../../support/zod-message.ts';
import { clocked, confirmed, eventsOfType, evil, hour } from '../scenes/confirms.ts';
import { waiverFields, waiverOf } from '../scenes/waivers.ts';

test('a waiver is returned with every field, and listed', async () => {
  const org = await organization();
  const fields = waiverFields({ expires_at: '2099-01-01T01:00:00+01:00' });
  const { status, body } = await org.post('/v1/waivers', fields);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      ...fields,
      expires_at: '2099-01-01T00:00:00.000Z',
      waiver_id: expect.stringMatching(/^wvr_[0-9a-hjkmnp-tv-z]{26}$/),
      status: 'active',
      created_at: time,
      created_by: { type: 'key', id: expect.stringMatching(/^key_/), name: expect.any(String) },
      revoked_at: null,
    },
  });
  expect((await org.get('/v1/waivers')).body).toEqual({
    results: [body],
    pagination: { limit: 100, next_cursor: null },
  });
});

test.each([
  ['an expiry in the past', { expires_at: '2020-01-01T00:00:00Z' }, 'expires_at', 'must be in the future'],
  ['no expiry', { expires_at: undefined }, 'expires_at', 'Field required'],
  ['an invalid expiry', { expires_at: 'tomorrow' }, 'expires_at', zodMessage(z.iso.datetime(), 'tomorrow')],
  ['no reason', { reason: ' ' }, 'reason', zodMessage(z.string().min(1), '')],
  ['no plugin', { plugin: '' }, 'plugin', zodMessage(z.string().min(1), '')],
  ['an unknown rule', { rule: 'SLP999' }, 'rule', zodMessage(z.enum(ruleIds), 'SLP999')],
  ...['SLP601', 'SLP602', 'SLP603', 'SLP701', 'SLP704', 'SLP709', 'SLP710', 'SLM101'].map(
    (rule) =>
      [rule, { rule }, 'rule', `${rule} cannot be waived: its findings make a plugin unreadable or unusable`] as const,
  ),
] as const)('a request with %s is rejected', async (_what, fields, field, msg) => {
  const org = await organization();
  const answer = await org.post('/v1/waivers', waiverFields(fields));
  expect(answer).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', field], msg }] } });
  expect((await org.get('/v1/waivers')).body).toMatchObject({ results: [] });
});

describe('a confirm', () => {
  test('a confirm accepts waived findings, and returns them marked', async () => {
    const org = await organization();
    expect((await confirmed(org, evil())).status).toBe(400);
    const id = await waiverOf(org);
    const { upload, status, body, text } = await confirmed(org, evil());
    const waiver = { waiver_id: id, reason: 'reads its own tables' };
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        message: 'Plugin published with 3 warnings',
        warnings: [
          { file: 'shapes.py', rule: 'SLP402', severity: 'warning', waived: false, waiver: null },
          { file: 'tables.py', line: 1, rule: 'SLP201', severity: 'error', waived: true, waiver },
          { file: 'tables.py', line: 2, rule: 'SLP201', severity: 'error', waived: true, waiver },
        ],
      },
    });
    await org.del(`/v1/waivers/${id}`);
    expect((await confirm(org, upload)).text).toBe(text);
    expect(await eventsOfType(org, 'waiver.used')).toMatchObject([
      {
        subjectId: id,
        namespaceId: org.namespaceId,
        data: { plugin_id: 'hello_ext_1_0_0', upload_id: upload.upload_id, rule: 'SLP201', findings: 2 },
      },
    ]);
  });

  test('a confirm rejects unwaived findings, and lists waived ones as warnings', async () => {
    const org = await organization();
    const id = await waiverOf(org);
    const made = plugin({ files: { 'a.py': 'eval("1")\n', 'b.py': 'import socket\n' } });
    const { status, body } = await confirmed(org, made);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: {
        message: 'Security scan failed: 1 violation',
        validation_errors: ['b.py:1:8: Forbidden import: socket'],
        violations: [{ file: 'b.py', waived: false }],
        warnings: [{ file: 'a.py', severity: 'error', waived: true, waiver: { waiver_id: id } }],
      },
    });
    expect(await eventsOfType(org, 'waiver.used')).toEqual([]);
  });

  test.each([
    ['another version, with a waiver for the name', 'hello_ext', evil('2.0.0'), 200],
    ['the version that the waiver names', 'hello_ext_2_0_0', evil('2.0.0'), 200],
    ['another version than the waiver names', 'hello_ext_2_0_0', evil('2.0.1'), 400],
    ['another plugin', 'hello_ext', evil('1.0.0', 'other_ext'), 400],
  ])(
    'a confirm applies waivers only to their own plugin and version: %s',
    async (_what, waivedPlugin, made, status) => {
      const org = await organization();
      await waiverOf(org, { plugin: waivedPlugin });
      expect((await confirmed(org, made)).status).toBe(status);
    },
  );

  test("a confirm ignores another organization's waiver for a plugin with the same bytes", async () => {
    const [org, other] = [await organization(), await organization()];
    await waiverOf(other);
    expect((await confirmed(other, evil())).status).toBe(200);
    expect((await confirmed(org, evil())).status).toBe(400);
  });

  test('a confirm rejects a finding after its waiver is revoked', async () => {
    const org = await organization();
    const id = await waiverOf(org);
    const { status, body } = await org.del(`/v1/waivers/${id}`);
    expect({ status, body }).toMatchObject({ status: 200, body: { waiver_id: id, status: 'revoked' } });
    expect((await org.del(`/v1/waivers/${id}`)).body).toEqual(body);
    expect((await confirmed(org, evil())).status).toBe(400);
    expect(await eventsOfType(org, 'waiver.revoked')).toMatchObject([
      { subjectId: id, data: { plugin: 'hello_ext', rule: 'SLP201' } },
    ]);
  });

  test('a confirm rejects a finding once its waiver expires', async () => {
    const { clock, org } = await clocked();
    await waiverOf(org, { expires_at: new Date(clock.now() + hour).toISOString() });
    clock.advance(hour - 1);
    expect((await confirmed(org, evil())).status).toBe(200);
    clock.advance(1);
    expect((await confirmed(org, evil('1.0.1'))).status).toBe(400);
  });
});

test('the sweep expires waivers, which stay listed', async () => {
  const { clock, deps, org } = await clocked();
  const waiver = await waiverOf(org);
  clock.advance(48 * hour);
  await sweep(deps);
  const written = await deps.db.select().from(events).where(eq(events.organizationId, org.id));
  expect(written.map(({ type }) => type)).toContain('waiver.expired');
  expect((await deps.db.select().from(waivers).where(eq(waivers.id, waiver))).length).toBe(1);
});

test('the list is filtered by plugin and status, newest first, in pages', async () => {
  const { clock, org } = await clocked();
  const soon = { expires_at: new Date(clock.now() + hour).toISOString() };
  const [over, back, stands, other] = [
    await waiverOf(org, soon),
    await waiverOf(org),
    await waiverOf(org, { rule: 'SLP101' }),
    await waiverOf(org, { plugin: 'other_ext' }),
  ];
  await org.del(`/v1/waivers/${back}`);
  clock.advance(hour);
  const listed = async (query: string): Promise<string[]> =>
    Object((await org.get(`/v1/waivers${query}`)).body).results.map((item: { waiver_id: string }) => item.waiver_id);
  expect(await listed('')).toEqual([other, stands, back, over]);
  expect(await listed('?plugin=hello_ext')).toEqual([stands, back, over]);
  expect(await listed('?status=active')).toEqual([other, stands]);
  expect(await listed('?status=expired')).toEqual([over]);
  expect(await listed('?status=revoked')).toEqual([back]);
  const { next_cursor } = Object((await org.get('/v1/waivers?limit=2')).body).pagination;
  expect(await listed(`?limit=2&cursor=${next_cursor}`)).toEqual([back, over]);
});

describe("a version's scan", () => {
  test("a version's scan returns its findings with the current waivers", async () => {
    const org = await organization();
    const id = await waiverOf(org);
    await confirmed(org, evil());
    const scan = () => org.get(`${org.plugins}/hello_ext_1_0_0/scan`);
    const { status, body } = await scan();
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        plugin_id: 'hello_ext_1_0_0',
        level: 'seed',
        policy_version: policyVersion,
        verdict: 'warn',
        findings: [
          { rule: 'SLP402', waived: false },
          { rule: 'SLP201', waived: true, waiver: { waiver_id: id } },
          { rule: 'SLP201', waived: true },
        ],
      },
    });
    await org.del(`/v1/waivers/${id}`);
    expect((await scan()).body).toMatchObject({
      verdict: 'reject',
      findings: [{}, { waived: false }, { waived: false }],
    });
  });

  test("a version's scan as SARIF has suppressions for waived findings", async () => {
    const org = await organization();
    await waiverOf(org);
    await confirmed(org, evil());
    const { status, text, headers } = await org.get(`${org.plugins}/hello_ext_1_0_0/scan?format=sarif`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/sarif+json']);
    const [run] = JSON.parse(text).runs;
    expect(run.results.map((result: { suppressions: unknown[] }) => result.suppressions.length)).toEqual([0, 1, 1]);
  });
});

test('an expiring waiver records one event', async () => {
  const { clock, deps, org } = await clocked();
  const id = await waiverOf(org, { expires_at: new Date(clock.now() + hour).toISOString() });
  const taken = await waiverOf(org, { plugin: 'other_ext', expires_at: new Date(clock.now() + hour).toISOString() });
  await org.del(`/v1/waivers/${taken}`);
  await sweep(deps);
  expect(await eventsOfType(org, 'waiver.expired')).toEqual([]);
  clock.advance(hour);
  await sweep(deps);
  await sweep(deps);
  expect(await eventsOfType(org, 'waiver.expired')).toMatchObject([
    { subjectId: id, actor: { type: 'system' }, data: { plugin: 'hello_ext', rule: 'SLP201' } },
  ]);
});
