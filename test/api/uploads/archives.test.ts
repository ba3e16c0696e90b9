// Tests which archives are accepted, and the messages for rejected archives (plugin format §1, scan policy §8), with one confirm each.
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/core/digest.ts';
import { goldenJson } from '../../support/golden.ts';
import { type Files, plugin, tarGzOf, zipOf } from '../../support/plugins/plugin.ts';
import { confirming } from './confirming.ts';

const { org, confirmed } = await confirming();

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

  test('an archive with known bytes is accepted with the same message', async () => {
    const packed = plugin({ name: 'known_ext', files: { 'cache.py': 'import pickle\n', 'weights.pt': 'x' } });
    const first = await confirmed(packed.name, packed.zip);
    expect(first.body).toMatchObject({ message: 'Plugin published with 2 warnings' });
    await org.del(`${org.plugins}/known_ext_1_0_0`);
    const second = await confirmed(packed.name, packed.zip);
    expect(Object(second.body).warnings).toEqual(Object(first.body).warnings);
  });
});

describe('a rejection', () => {
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
