// Tests which archives are accepted, and the messages for rejected archives (plugin format §1, scan policy §8), with one confirm each.
import { describe, expect, test } from 'vitest';
import { inMemoryBytesMax } from '../../../src/contract/limits/archives.ts';
import { sha256Hex } from '../../../src/core/digest.ts';
import { writeZip } from '../../support/archives/zip-writer.ts';
import { bytesOf, joined, noise } from '../../support/bytes.ts';
import type { Answer } from '../../support/client.ts';
import { goldenJson } from '../../support/golden.ts';
import { type Files, manifest, plugin, tarGzOf, zipOf } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, publish, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';

const org = await organization({ pluginsPerNamespace: 1000 });

async function confirmed(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Answer> {
  return confirm(org, await uploaded(org, { name, version: '1.0.0' }, bytes));
}

describe('an archive is accepted', () => {
  test.each<[what: string, name: string, pack: (files: Files) => Uint8Array<ArrayBuffer>]>([
    ['as a zip', 'shaped_zip', (files) => zipOf(files)],
    ['with a top folder', 'shaped_top', (files) => zipOf(files, 'anything at all/')],
    [
      'with the extra files of macOS',
      'shaped_mac',
      (files) => zipOf({ ...files, '__MACOSX/._manifest.py': 'x', '.DS_Store': 'x' }),
    ],
    ['as a tar.gz', 'shaped_tar', (files) => tarGzOf(files)],
    ['as a tar.gz of macOS', 'shaped_mac_tar', (files) => tarGzOf({ ...files, '._manifest.py': '\0\u0005' })],
    ['as a tar.gz of .', 'shaped_tar_dot', (files) => tarGzOf(files, './')],
    ['as a tar.gz with a top folder', 'shaped_tar_top', (files) => tarGzOf(files, 'top/')],
  ])('an archive is accepted: %s', async (_what, name, pack) => {
    const packed = plugin({ name });
    const bytes = pack(packed.files);
    const { status, body } = await confirmed(name, bytes);
    expect({ status, body }).toMatchObject({ status: 200, body: { plugin_id: `${name}_1_0_0`, warnings: [] } });
    const stored = Object(body).code_hash;
    const { body: got } = await org.get(`${org.plugins}/${name}_1_0_0`);
    expect(got).toMatchObject({
      plugin: {
        code_hash: stored,
        upload_sha256: await sha256Hex(bytes),
        s3_archive_url: `s3://slipway-archives/archives/${stored}.zip`,
      },
    });
    expect(stored === (await sha256Hex(bytes))).toBe(bytes[0] === 0x50);
  });

  test.each(['application/gzip', 'text/plain', undefined])(
    'an archive is accepted regardless of its content type: %s',
    async (contentType) => {
      const name = `typed_${String(contentType).replaceAll(/\W/g, '_')}`;
      const upload = await openUpload(org, { name });
      const headers = contentType === undefined ? {} : { 'content-type': contentType };
      const request = new Request(upload.presigned_url, { method: 'PUT', body: plugin({ name }).zip, headers });
      expect((await org.fetch(request)).status).toBe(200);
      expect((await confirm(org, upload)).status).toBe(200);
    },
  );

  test('an archive with known bytes is accepted with the same message', async () => {
    const packed = plugin({ name: 'known_ext', files: { 'cache.py': 'import pickle\n', 'weights.pt': 'x' } });
    const first = await confirmed(packed.name, packed.zip);
    expect(first.body).toMatchObject({ message: 'Plugin published with 2 warnings' });
    await org.del(`${org.plugins}/known_ext_1_0_0`);
    const second = await confirmed(packed.name, packed.zip);
    expect(Object(second.body).warnings).toEqual(Object(first.body).warnings);
  });
});

describe('an archive is rejected', () => {
  const good = plugin({ name: 'refused_ext' });
  const entries = Object.entries(good.files).map(([name, data]) => ({ name, data }));
  const truncated = good.zip.slice(0, good.zip.length / 2);
  const missing = [
    'manifest.py:1:1: Required file missing: manifest.py',
    'pipeline.py:1:1: Required file missing: pipeline.py',
  ];
  const nested = ['manifest.py', 'pipeline.py'].map(
    (name) =>
      `${name}:1:1: Required file missing: ${name} (the archive has b/${name}; pack that folder's contents instead)`,
  );

  test.each<[what: string, bytes: Uint8Array<ArrayBuffer>, errors: string[]]>([
    [
      'that is not an archive',
      joined([bytesOf('not an archive at all')]),
      ['Not a readable archive: neither a zip nor a tar.gz'],
    ],
    ['of no bytes', new Uint8Array(), ['Not a readable archive: neither a zip nor a tar.gz']],
    ['with nothing in it', zipOf({}), ['Not a readable archive: it contains no entries']],
    [
      'that is a truncated gzip',
      tarGzOf({}).slice(0, 12),
      ['Not a readable archive: the gzip data is corrupt or truncated'],
    ],
    ['that is truncated', truncated, ['Not a readable archive: no end record; the file is truncated or not a zip']],
    [
      'with a path that leaves its folder',
      zipOf({ ...good.files, '../escape.py': 'x = 1\n' }),
      ['../escape.py:1:1: Unsafe path in archive: ../escape.py (contains `..`)'],
    ],
    [
      'with an absolute path',
      zipOf({ ...good.files, '/etc/passwd': 'x' }),
      ['/etc/passwd:1:1: Unsafe path in archive: /etc/passwd (absolute path)'],
    ],
    [
      'with a name that no file system allows',
      zipOf({ ...good.files, [`${'a'.repeat(253)}.py`]: 'x = 1' }),
      [
        `${'a'.repeat(253)}.py:1:1: Unsafe path in archive: ${'a'.repeat(253)}.py (a name in it is longer than 255 bytes)`,
      ],
    ],
    [
      'with compiled files',
      zipOf({ ...good.files, '__pycache__/core.pyc': 'x' }),
      [
        '__pycache__:1:1: Compiled code: __pycache__ (exclude `__pycache__` folders, for example with `zip -x "*/__pycache__/*"`)',
        '__pycache__/core.pyc:1:1: Compiled code: __pycache__/core.pyc',
      ],
    ],
    [
      'with a link',
      writeZip([...entries, { name: 'link', data: '/etc/passwd', mode: 0o120777 }]),
      ['link:1:1: Not a regular file or directory: link (mode 120777)'],
    ],
    [
      'with two files of the same name',
      writeZip([...entries, { name: 'Pipeline.py', data: 'x' }]),
      ['Pipeline.py:1:1: Duplicate name in archive: Pipeline.py (collides with pipeline.py)'],
    ],
    ['without the required files', zipOf({ 'README.md': 'hello' }), missing],
    ['with the plugin nested too deeply', zipOf(good.files, 'a/b/'), nested],
  ])('an archive is rejected: %s', async (_what, bytes, errors) => {
    const { status, body } = await confirmed('refused_ext', bytes);
    expect(status).toBe(400);
    expect(Object(body).validation_errors).toEqual(errors);
    expect((await org.get(`${org.plugins}/refused_ext_1_0_0`)).status).toBe(404);
  });

  test('a rejected archive leaves its version number free', async () => {
    await publish(org, good);
  });
});

describe('an archive that is not read into memory', () => {
  const name = 'weighty_ext';
  const files = { ...plugin({ name }).files, 'models/weights.bin': noise(inMemoryBytesMax + 1) };

  test('an archive that is not read into memory is published in one pass', async () => {
    const upload = await uploaded(org, { name, version: '1.0.0' }, zipOf(files));
    const { status, body } = await confirm(org, upload);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { validation_status: 'passed', validation_errors: [] },
    });
  });

  test('a tar.gz that is not read into memory is repacked by the queue, and the confirm waits for it', async () => {
    const packed = tarGzOf({ ...files, 'manifest.py': manifest({ name, version: '1.0.1' }) });
    const upload = await uploaded(org, { name, version: '1.0.1' }, packed);
    const done = await waitFor(async () => {
      const { status, body } = await confirm(org, upload);
      expect({ status, body }).toMatchObject({ status: 200, body: { validation_status: 'passed' } });
      return body;
    });
    expect(Object(done).s3_archive_url).toBe(`s3://slipway-archives/archives/${Object(done).code_hash}.zip`);
  });
});

describe('a rejection', () => {
  test('a rejection by the scan returns all findings', async () => {
    const packed = plugin({
      name: 'evil_ext',
      files: {
        'manifest.py': `feature_extractor_name = "evil_ext"
version = "1.0.0"
features = [{"type": "embedding", "name": "v", "dimensions": 4, "distance": "cosine"}]
`,
        'processors/__init__.py': '',
        'processors/core.py': `import os as o
import pickle
from subprocess import run


class Core:
    def __call__(self, batch):
        o.system("id")
        eval("1"); exec("2")
        return pickle.loads(batch)
`,
        'a_first.py': 'import socket\n',
        'pages/tool.js': 'eval("1")',
        'setup.py': 'name = "x".__class__\n',
      },
    });
    const { status, text } = await confirmed(packed.name, packed.zip);
    expect(status).toBe(400);
    await expect(goldenJson(text)).toMatchFileSnapshot('../../fixtures/api/security-rejection.json');
  });

  test('a rejection by the manifest and structure checks returns their findings', async () => {
    const packed = plugin({
      name: 'untold_ext',
      realtime: true,
      files: {
        'manifest.py': `feature_extractor_name = "another_ext"
version = ".".join(["1", "0", "0"])
features = [
    {"feature_type": "embedding", "feature_name": "v", "embedding_dim": "4", "distance_metric": "cosine"},
]
feature_uri = "mixpeek://another_ext@1.0.0"
`,
        'pipeline.py': 'from .missing import nothing\n',
        'realtime.py': 'class Handler:\n    pass\n',
      },
    });
    const { status, text } = await confirmed(packed.name, packed.zip);
    expect(status).toBe(400);
    await expect(goldenJson(text)).toMatchFileSnapshot('../../fixtures/api/manifest-rejection.json');
  });

  test('a rejection sorts its findings by file, line and column', async () => {
    const files = {
      'a.py': 'import socket\n',
      'z.py': 'import pty\n',
      'manifest.py': 'feature_extractor_name = "sorted_ext"\nversion = "2.0.0"\n',
      'n.py': 'import pickle\n',
      'b.py': 'import pickle\n',
    };
    const packed = plugin({ name: 'sorted_ext', files });
    const { body } = await confirmed(packed.name, packed.zip);
    const places = (key: string): string[] => Object(body)[key].map((item: { file: string }) => item.file);
    expect(places('violations')).toEqual(['a.py', 'manifest.py', 'z.py']);
    expect(places('warnings')).toEqual(['b.py', 'n.py']);
  });
});
