// Tests reading an upload after its confirm: the outcome, and the findings if it was rejected.
import { expect, test } from 'vitest';
import { testApp } from '../../support/deps.ts';
import { plugin, zipOf } from '../../support/plugins/plugin.ts';
import { confirm, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

const app = testApp({});
const time = expect.stringMatching(/^\d{4}-.*Z$/);

test('a rejected upload has the findings that its confirm returned, with the lines around them', async () => {
  const org = await organization({ fetch: app.fetch });
  const { zip } = plugin({
    name: 'bad_ext',
    files: { 'helper.py': `import os\n\n\n${'x = 1  # long '.padEnd(300, '-')}\neval(input())\nlast = 1\n` },
  });
  const upload = await uploaded(org, { name: 'bad_ext' }, zip);
  const rejected = await confirm(org, upload);
  expect(rejected.status).toBe(400);
  const { body } = await org.get(`${org.plugins}/uploads/${upload.upload_id}`);
  const excerpt = { first_line: 3, lines: ['', 'x = 1  # long '.padEnd(200, '-'), 'eval(input())', 'last = 1', ''] };
  expect(body).toEqual({
    upload_id: upload.upload_id,
    name: 'bad_ext',
    version: '1.0.0',
    plugin_id: null,
    status: 'rejected',
    rejected_because: 'content',
    message: null,
    findings: Object(rejected.body).violations.map((finding: object) => ({ ...finding, excerpt })),
    steps: [
      { step: 'receive', state: 'done', started_at: time, ended_at: time },
      { step: 'scan', state: 'failed', started_at: time, ended_at: time },
      { step: 'publish', state: 'not_reached', started_at: null, ended_at: null },
    ],
    created_by: { type: 'key', id: expect.any(String), name: expect.any(String) },
    created_at: time,
    updated_at: time,
  });
});

test('a rejected version is not found on any of its routes, and the error has the rules and the upload', async () => {
  const org = await organization({ fetch: app.fetch });
  const { zip } = plugin({ name: 'bad_ext', files: { 'helper.py': 'eval("1")\nimport subprocess\n' } });
  const upload = await uploaded(org, { name: 'bad_ext' }, zip);
  await confirm(org, upload);
  for (const answer of [
    await org.post(`${org.plugins}/bad_ext_1_0_0/deploy`),
    await org.get(`${org.plugins}/bad_ext_1_0_0/status`),
  ])
    expect([answer.status, answer.body]).toMatchObject([
      404,
      {
        error: {
          message: expect.stringMatching(
            /^Plugin not found: bad_ext_1_0_0\. Its upload was rejected \(SLP\d+, SLP\d+\)$/,
          ),
          details: { resource: 'plugin', id: 'bad_ext_1_0_0', upload_id: upload.upload_id },
          hint: expect.stringContaining(`slipway uploads show ${upload.upload_id}`),
        },
      },
    ]);
});

test('a published upload names its version; an open upload has no outcome', async () => {
  const org = await organization({ fetch: app.fetch });
  const upload = await uploaded(org, { name: 'good_ext' }, plugin({ name: 'good_ext' }).zip);
  const path = `${org.plugins}/uploads/${upload.upload_id}`;
  expect((await org.get(path)).body).toMatchObject({
    ...{ status: 'open', plugin_id: null, findings: [] },
    steps: [
      { step: 'receive', state: 'waiting', started_at: time, ended_at: null },
      { step: 'scan', state: 'not_reached', started_at: null, ended_at: null },
      { step: 'publish', state: 'not_reached', started_at: null, ended_at: null },
    ],
  });
  await confirm(org, upload);
  expect((await org.get(path)).body).toMatchObject({
    ...{ status: 'accepted', plugin_id: 'good_ext_1_0_0', findings: [] },
    steps: ['receive', 'scan', 'publish'].map((step) => ({ step, state: 'done', started_at: time, ended_at: time })),
  });
});

test.each([
  ['is not text', { 'helper.py': Uint8Array.of(0xff, 0xfe, 0x00, 0x0a) }],
  ['is no file of the archive', { 'nested/manifest.py': '' }],
])('a finding of a rejected upload has no lines if its file %s', async (_, files) => {
  const org = await organization({ fetch: app.fetch });
  const upload = await uploaded(org, { name: 'bad_ext' }, zipOf({ 'pipeline.py': '', ...files }));
  expect((await confirm(org, upload)).status).toBe(400);
  const { findings } = Object((await org.get(`${org.plugins}/uploads/${upload.upload_id}`)).body);
  const about = findings.filter(({ file }: { file: string }) => file !== 'pipeline.py');
  expect(about.length).toBeGreaterThan(0);
  expect(about.filter(({ excerpt }: { excerpt: unknown }) => excerpt !== null)).toEqual([]);
});

test('only the first hundred findings of a rejected upload have lines', async () => {
  const org = await organization({ fetch: app.fetch });
  const { zip } = plugin({ name: 'bad_ext', files: { 'helper.py': 'eval(input())\n'.repeat(120) } });
  const upload = await uploaded(org, { name: 'bad_ext' }, zip);
  await confirm(org, upload);
  const { findings } = Object((await org.get(`${org.plugins}/uploads/${upload.upload_id}`)).body);
  const withLines = findings.filter(({ excerpt }: { excerpt: unknown }) => excerpt !== null);
  expect(findings.length).toBeGreaterThan(100);
  expect(withLines).toEqual(findings.slice(0, 100));
});
