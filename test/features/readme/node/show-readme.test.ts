// Tests `slipway show --readme` against scripted responses.
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

const readme = {
  ...{ success: true, plugin_id: 'notes_1_0_0', name: 'notes', version: '1.0.0' },
  ...{ path: 'README.md', sha256: null, size_bytes: 20, text: '# notes\n', truncated: false },
};

/** Runs the command. Returns also what it requested, below the namespace's plugins. */
async function show(args: string[], ...answers: { status?: number; body: object }[]) {
  await using server = await scriptedServer(...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(['show', ...args, '--readme'], environment);
  return { ...ran, paths: server.received.map(({ url }) => url.replace('/v1/namespaces/ns_1/plugins/', '')) };
}

test("--readme prints a version's README", async () => {
  const { exit, paths, stdout, stderr } = await show(['notes@1.0.0'], { body: readme });
  expect([exit, paths, stdout, stderr]).toEqual(['done', ['notes_1_0_0/readme'], '# notes\n', '']);
});

test('--readme without a version prints the README of the version that serves the name', async () => {
  const versions = { results: [], active_version: '2.0.0', serving_version: '1.0.0' };
  const { paths } = await show(['notes', '--kind', 'extractor'], { body: versions }, { body: readme });
  expect(paths).toEqual(['by-name/notes/versions?limit=1', 'notes_1_0_0/readme']);
});

test('--readme prints the README of the installed version of a Go plugin', async () => {
  const listed = { results: [{ plugin_id: 'upper_1_0_0', active: true }] };
  const args = ['upper', '--kind', 'pipeline'];
  const { paths, stdout } = await show(args, { body: { namespace_id: 'ns_1' } }, { body: listed }, { body: readme });
  expect(paths.slice(1)).toEqual([
    'by-name/upper/versions?kind=pipeline&limit=1000',
    'upper_1_0_0/readme?kind=pipeline',
  ]);
  expect(stdout).toBe('# notes\n');
});

test('--readme escapes what could act on the terminal, and keeps lines and characters', async () => {
  const text = '\ufeff# Grüße 👋\r\r\n\tcode\u001b[2J\u202e\u0007\n\n\n';
  const { stdout } = await show(['notes@1.0.0'], { body: { ...readme, text } });
  expect(stdout).toBe('# Grüße 👋\n\n    code\\u{1b}[2J\\u{202e}\\u{7}\n');
});

test('--readme says if the file continues', async () => {
  const { stdout, stderr } = await show(['notes@1.0.0'], { body: { ...readme, truncated: true, size_bytes: 600_000 } });
  expect([stdout, stderr]).toEqual([
    '# notes\n',
    "! README.md continues: it has 600000 bytes. Its whole text is in the version's archive.\n",
  ]);
});

test('--readme --json prints the response', async () => {
  const { stdout } = await show(['notes@1.0.0', '--json'], { body: readme });
  expect(JSON.parse(stdout)).toEqual(readme);
});

test('--readme says that a README in another encoding is to be saved as UTF-8', async () => {
  const error = {
    message: 'README.md of notes_1_0_0 is not UTF-8',
    type: 'NotFoundError',
    details: { resource: 'README', id: 'notes_1_0_0', path: 'README.md' },
    hint: 'Save README.md as UTF-8, and publish a new version.',
  };
  const body = { success: false, status: 404, error, request_id: 'req_1' };
  const { exit, stderr } = await show(['notes@1.0.0'], { status: 404, body });
  expect(exit).toBe('failed');
  expect(stderr).toContain('✗ README.md of notes_1_0_0 is not UTF-8\n');
  expect(stderr).toContain('Save README.md as UTF-8, and publish a new version.');
  expect(stderr).not.toContain('slipway init');
});

test('--readme fails if the version has none, and says how to get one', async () => {
  const error = {
    message: 'README not found: notes_1_0_0',
    type: 'NotFoundError',
    details: { resource: 'README', id: 'notes_1_0_0' },
    hint: '',
  };
  const body = { success: false, status: 404, error, request_id: 'req_1' };
  const { exit, paths, stdout, stderr } = await show(['notes@1.0.0'], { status: 404, body });
  expect([exit, paths, stdout]).toEqual(['failed', ['notes_1_0_0/readme'], '']);
  expect(stderr).toContain('✗ notes_1_0_0 has no README\n');
  expect(stderr).toContain('`slipway init` writes one.');
});
