// Tests that a plugin's folder, zip and tar.gz get the same findings, that archives are detected by their bytes, and that hostile
// archives are rejected.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { packZip } from '../../../src/archive/zip/pack.ts';
import { writeTarGz } from '../../support/archives/tar-writer.ts';
import { writeZip, type ZipEntrySpec } from '../../support/archives/zip-writer.ts';
import { inFolder, type LintJson, lintJson } from '../in-process.ts';
import { folderOf, plugin } from '../slipway.ts';

const fixtures = fileURLToPath(import.meta.resolve('../../fixtures/lint'));

function filesIn(folder: string): { path: string; bytes: Uint8Array<ArrayBuffer> }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((location) => ({ path: relative(folder, location), bytes: new Uint8Array(readFileSync(location)) }));
}

function findingsOf({ findings }: LintJson) {
  return findings.map(({ path: _, ...finding }) => finding);
}

describe.each(['plugin_clean', 'plugin_warned', 'plugin_rejected', 'plugin_go'])('%s', (name) => {
  const folder = join(fixtures, name, 'input');
  const files = filesIn(folder);
  let asFolder: LintJson;

  beforeAll(async () => {
    asFolder = await lintJson(['input'], { cwd: join(fixtures, name) });
  });

  test("a plugin's zip has the same findings as its folder", async () => {
    const cwd = folderOf({ upload: await packZip(files) });
    const asZip = await lintJson(['upload'], { cwd });
    expect(findingsOf(asZip)).toEqual(findingsOf(asFolder));
    // A folder is packed as it is for publishing, so its digest is the archive's digest.
    expect([asZip.verdict, asZip.files, asZip.paths[0]?.sha256]).toEqual([
      asFolder.verdict,
      asFolder.files,
      asFolder.paths[0]?.sha256,
    ]);
  });

  test("a zip with a top-level folder has the same findings as the plugin's folder", async () => {
    const cwd = folderOf({ upload: await packZip(files.map((file) => ({ ...file, path: `top/${file.path}` }))) });
    expect(findingsOf(await lintJson(['upload'], { cwd }))).toEqual(findingsOf(asFolder));
  });

  test("a plugin's tar.gz has the same findings as its folder", async () => {
    const members = files.map(({ bytes, path }) => ({ name: path, data: bytes }));
    const cwd = folderOf({ upload: writeTarGz(members) });
    expect(findingsOf(await lintJson(['upload'], { cwd }))).toEqual(findingsOf(asFolder));
  });
});

describe('a hostile archive', () => {
  const entries: ZipEntrySpec[] = Object.entries(plugin).map(([name, data]) => ({ name, data }));

  test.each<[string, string, Uint8Array<ArrayBuffer>]>([
    [
      'contains a path outside its folder',
      'SLP701',
      writeZip([...entries, { name: '../../etc/cron.d/job', data: 'x' }]),
    ],
    [
      'contains a name that moves the cursor',
      'SLP701',
      writeZip([...entries, { name: '\u001b[2J\u202egnp.py', data: 'x' }]),
    ],
    ['contains a link', 'SLP702', writeZip([...entries, { name: 'models', data: '/etc', mode: 0o120777 }])],
    ['contains a name twice', 'SLP703', writeZip([...entries, { name: 'MANIFEST.py', data: 'x' }])],
    ['contradicts itself', 'SLP704', writeZip([...entries, { name: 'a.py', data: 'x', local: { size: 7 } }])],
    ['is a zip bomb', 'SLP705', writeZip([...entries, { name: 'zeros', data: new Uint8Array(8 * 1024 * 1024) }])],
    ['is encrypted', 'SLP706', writeZip([...entries, { name: 'a.py', data: 'x', fields: { flags: 0x801 } }])],
    ['starts with other bytes', 'SLP704', writeZip(entries, { prefix: new TextEncoder().encode('#!/bin/sh\n') })],
  ])('a hostile archive that %s is rejected by %s', async (_, ruleId, bytes) => {
    const ran = await inFolder(folderOf({ upload: bytes }), ['lint', 'upload']);
    expect([ran.exit, ran.stderr]).toEqual(['rejected', '']);
    expect(ran.stdout).toContain(`[${ruleId}]`);
    expect(ran.stdout.match(/[^\P{C}\n]/gu)).toBeNull();
  });

  test('a hostile archive appears in SARIF as the parent folder of its files', async () => {
    const cwd = folderOf({ 'my upload.zip': writeZip([...entries, { name: '\u001b/a.py', data: 'x' }]) });
    const { stdout } = await inFolder(cwd, ['lint', '--format', 'sarif', 'my upload.zip']);
    expect(JSON.parse(stdout).runs[0].results[0].locations[0].physicalLocation.artifactLocation).toEqual({
      uri: 'my%20upload.zip/%5Cu%7B1b%7D/a.py',
    });
  });

  test("a hostile archive's own path is the location in SARIF for findings about the whole archive", async () => {
    const { stdout } = await inFolder(folderOf({ 'a.zip': '' }), ['lint', '--format', 'sarif', 'a.zip']);
    expect(JSON.parse(stdout).runs[0].results).toMatchObject([
      { ruleId: 'SLP710', locations: [{ physicalLocation: { artifactLocation: { uri: 'a.zip' } } }] },
    ]);
  });
});

describe('archive detection', () => {
  test.each([
    ['a zip with another extension', 'notes.txt', 'PK', 'archive'],
    ['a zip named as Python', 'notes.py', 'PK', 'archive'],
    ['gzip without an extension', 'notes', '\u001f', 'archive'],
    ['an empty file named as a zip', 'plugin.zip', '', 'archive'],
    ['text named as a tar.gz', 'plugin.TAR.GZ', 'x', 'archive'],
    ['Python', 'plugin.py', 'x = 1\n', 'file'],
  ])('a file is detected as an archive or not: %s', async (_, name, start, kind) => {
    const content = { PK: writeZip([]), '\u001f': writeTarGz([]) }[start] ?? start;
    const { paths } = await lintJson([name], { cwd: folderOf({ [name]: content }) });
    expect(paths.map((path) => path.kind)).toEqual([kind]);
  });

  test('an archive in a folder of files is not opened', async () => {
    const cwd = folderOf({ 'src/a.py': 'x = 1\n', 'src/upload.zip': writeZip([{ name: 'b.py', data: 'eval("1")' }]) });
    expect(await lintJson(['src'], { cwd })).toMatchObject({ verdict: 'pass', files: 1 });
  });
});

test("the strict level allows imports of the plugin's own modules", async () => {
  const cwd = folderOf({ ...plugin, 'shapes.py': '', 'processors/core.py': 'import shapes\nimport leftpad\n' });
  const { findings } = await lintJson(['--policy', 'strict', '.'], { cwd });
  expect(findings.map(({ message }) => message)).toEqual(['Import not on the allow list: leftpad']);
});
