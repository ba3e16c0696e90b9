// Tests the scan policy over HTTP: the scan level for uploads.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { policyVersion } from '../../../src/scan/scan.ts';
import { eventsOf } from '../../support/events.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';
import { zodMessage } from '../../support/zod-message.ts';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** Passes at level seed; an error at strict. */
const outgoing = { 'mail.py': 'import smtplib\n' };

test('an organization has level seed by default', async () => {
  const org = await organization();
  const { status, body } = await org.get('/v1/scan-policy');
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      level: 'seed',
      policy_version: policyVersion,
      levels: ['seed', 'strict'],
      thresholds: { reject: 'error', warn: 'warning' },
      updated_at: null,
      updated_by: null,
      versions_to_judge: 0,
    },
  });
});

test('the level is stored with the user who set it', async () => {
  const org = await organization();
  const { status, body } = await org.put('/v1/scan-policy', { level: 'strict' });
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { level: 'strict', updated_at: time, updated_by: { type: 'key' } },
  });
  expect((await org.get('/v1/scan-policy')).body).toEqual(body);
});

test('setting the current level changes nothing', async () => {
  const org = await organization();
  const first = await org.put('/v1/scan-policy', { level: 'strict' });
  expect((await org.put('/v1/scan-policy', { level: 'strict' })).text).toBe(first.text);
  const updates = (await eventsOf(org)).filter(({ type }) => type === 'scan_policy.updated');
  expect(updates).toMatchObject([{ subjectId: org.id, namespaceId: null, data: { from: 'seed', to: 'strict' } }]);
});

test.each([{}, { level: null }, { level: 'production' }])('%j is rejected', async (body) => {
  const org = await organization();
  const msg = zodMessage(z.enum(['seed', 'strict']), '');
  const answer = await org.put('/v1/scan-policy', body);
  expect(answer).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'level'], msg }] } });
});

test("uploads are scanned at the new level, and identical bytes at each organization's own level", async () => {
  const [strict, seed] = [await organization(), await organization()];
  const made = plugin({ files: outgoing });
  const before = await uploaded(strict, made, made.zip);
  expect((await confirm(strict, before)).status).toBe(200);
  await strict.put('/v1/scan-policy', { level: 'strict' });
  const next = plugin({ version: '1.0.1', files: outgoing });
  const { status, body } = await confirm(strict, await uploaded(strict, next, next.zip));
  expect({ status, body }).toMatchObject({
    status: 400,
    body: { violations: [{ file: 'mail.py', rule: 'SLP111', name: 'smtplib', waived: false, waiver: null }] },
  });
  await publish(seed, next);
  await strict.put('/v1/scan-policy', { level: 'seed' });
  await publish(strict, next);
});

test("imports of the plugin's own modules are allowed at level strict", async () => {
  const org = await organization();
  await org.put('/v1/scan-policy', { level: 'strict' });
  const made = plugin({
    files: { 'shapes.py': '', 'processors/core.py': 'import shapes\nimport processors\nimport leftpad\n' },
  });
  const { body } = await confirm(org, await uploaded(org, made, made.zip));
  const found = Object(body).warnings.map(({ rule, name }: Record<string, string>) => [rule, name]);
  expect(found).toEqual([['SLP190', 'leftpad']]);
});

test('published versions are rescanned both immediately and through the queue', async () => {
  const org = await organization();
  await publish(org, plugin({ files: outgoing }));
  await org.put('/v1/scan-policy', { level: 'strict' });
  const version = async () => (await org.get(`${org.plugins}/hello_ext_1_0_0`)).body;
  await waitFor(async () => expect(await version()).toMatchObject({ plugin: { scan_verdict: 'reject' } }), {
    interval: 100,
  });
  expect((await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`)).status).toBe(400);
});
