// Tests each reason for which an archive is rejected, and archives that are not read into memory.
import { describe, expect, test } from 'vitest';
import { inMemoryBytesMax } from '../../../src/contract/limits/archives.ts';
import { writeZip } from '../../support/archives/zip-writer.ts';
import { bytesOf, joined, noise } from '../../support/bytes.ts';
import { goldenJson } from '../../support/golden.ts';
import { manifest, plugin, tarGzOf, zipOf } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, publish, uploaded } from '../../support/plugins/publish.ts';
import { waitFor } from '../../support/waiting.ts';
import { confirming } from './confirming.ts';

const { org, confirmed } = await confirming();

describe('an archive is accepted', () => {
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
});
