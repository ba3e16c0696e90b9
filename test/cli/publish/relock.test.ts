// Tests the requests and the output of `slipway relock` for an extractor.
import { expect, test } from 'vitest';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const known = (id: string, used: string, fixedIn: string | null) => ({
  ...{ advisory_id: id, severity: 'high', package: `pkg:pypi/${used}`, fixed_in: fixedIn },
});
const proposal = {
  ...{ success: true, plugin_id: 'notes_1_0_0', name: 'notes', version: '1.0.0', digest: 'ab'.repeat(32) },
  packages: [
    { name: 'words', from: '1.0', to: '1.1' },
    { name: 'fresh', from: null, to: '2.0' },
  ],
  held_back: [{ name: 'risky', from: '3.0', to: '3.1' }],
  older_than: '3d',
  advisories: {
    fixed: [known('PYSEC-1', 'words@1.0', '1.1')],
    remaining: [known('PYSEC-2', 'risky@3.0', '3.1')],
    new: [known('PYSEC-3', 'fresh@2.0', null)],
  },
};
const nothing = { ...proposal, packages: [], held_back: [], advisories: { fixed: [], remaining: [], new: [] } };
const scan = { success: true, upload_id: 'upl_1', plugin_id: 'notes_1_0_1', name: 'notes', version: '1.0.1' };
const published = { ...scan, validation_status: 'passed', stage: 'published', warnings: [] };

const plugins = '/v1/namespaces/ns_1/plugins';
const proposing = `POST ${plugins}/notes_1_0_0/relock`;
const publishing = `POST ${plugins}/notes_1_0_0/relock/publish`;

async function relock(args: string[], ...answers: Scripted[]) {
  await using server = await scriptedServer(...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ended = await inProcess(['relock', ...args], environment);
  const requests = server.received.map(({ body, method, url }) => `${method} ${url} ${body}`.trim());
  return { ...ended, requests };
}

test('slipway relock shows the packages and advisories of the version that serves calls, and publishes nothing', async () => {
  const history = { serving_version: '1.0.0', active_version: '2.0.0' };
  const { exit, requests, stdout } = await relock(
    ['notes', '--kind', 'extractor'],
    { body: history },
    { body: proposal },
  );
  expect([exit, requests]).toEqual(['done', [`GET ${plugins}/by-name/notes/versions`, proposing]]);
  for (const line of [
    /^words +1\.0 → 1\.1$/m,
    /^fresh +\(none\) → 2\.0$/m,
    /^fixed +PYSEC-1 +high +pkg:pypi\/words@1\.0 +fixed in 1\.1$/m,
    /^remains +PYSEC-2 +high +pkg:pypi\/risky@3\.0 +fixed in 3\.1$/m,
    /^new +PYSEC-3 +high +pkg:pypi\/fresh@2\.0 +no fix is known$/m,
    /^risky +3\.1 is younger than 3d; 3\.0 is used$/m,
    /slipway relock notes@1\.0\.0 --publish$/m,
  ])
    expect(stdout).toMatch(line);
});

test('slipway relock with nothing to change says so, and publishes nothing even if asked', async () => {
  const { exit, requests, stdout } = await relock(['notes@1.0.0', '--publish', '--yes'], { body: nothing });
  expect([exit, requests, stdout]).toEqual([
    'done',
    [proposing],
    '✓ notes 1.0.0 already has the newest packages it allows\n',
  ]);
});

test('slipway relock --publish publishes the digest that it showed, and waits for the scan', async () => {
  const pending = { ...scan, validation_status: 'pending' };
  const args = ['notes@1.0.0', '--publish', '--yes', '-m', 'Newer words'];
  const { exit, requests, stdout } = await relock(
    args,
    { body: proposal },
    { status: 202, body: pending },
    { body: published },
  );
  const body = JSON.stringify({ digest: proposal.digest, message: 'Newer words' });
  const confirming = `POST ${plugins}/uploads/upl_1/confirm`;
  expect([exit, requests]).toEqual(['done', [proposing, `${publishing} ${body}`, confirming]]);
  expect(stdout).toBe('✓ published notes 1.0.1\n');
});

test('slipway relock --json has the proposal and what was published from it', async () => {
  const shown = await relock(['notes@1.0.0', '--json'], { body: proposal });
  expect(JSON.parse(shown.stdout)).toEqual({ ...proposal, published: null, deployment: null });
  const args = ['notes@1.0.0', '--publish', '--yes', '--json'];
  const { stdout } = await relock(args, { body: proposal }, { body: published });
  expect(JSON.parse(stdout)).toEqual({ ...proposal, published, deployment: null });
});

test('slipway relock reports a lock that can no longer be reproduced', async () => {
  const detail = 'The dependencies now resolve to another lock than the proposed one';
  const hint = 'Relock again, and look at the new proposal.';
  const problem = { type: 'about:blank', title: 'Conflict', status: 409, code: 'conflict', detail, hint };
  const refused = { status: 409, headers: { 'content-type': 'application/problem+json' }, body: problem };
  const { exit, stderr } = await relock(['notes@1.0.0', '--publish', '--yes'], { body: proposal }, refused);
  expect(exit).toBe('conflict');
  expect(stderr).toContain(detail);
});

test('slipway relock does not publish without a confirmation', async () => {
  const { exit, requests } = await relock(['notes@1.0.0', '--publish'], { body: proposal });
  expect([exit, requests]).toEqual(['usage', [proposing]]);
});
