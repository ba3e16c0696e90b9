// Tests that archives written by common tools are accepted and have the same content. The files in test/fixtures/archives contain the
// same small plugin, packed by Python's zipfile and tarfile, Info-ZIP, GNU tar, git, Go and Java's jar.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memorySource } from '../../src/archive/reading/byte-source.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { openTestArchive } from '../support/archives/open-archive.ts';

const folder = new URL('../fixtures/archives/', import.meta.url);

const contents = {
  'manifest.py': 'feature_extractor_name = "everyday"\nversion = "1.0.0"\nfeatures = []\n',
  'models/modèle.txt': 'modèle\n',
  'pipeline.py': 'def build_steps(request):\n    return {"steps": []}\n',
  'processors/__init__.py': '',
  'processors/core.py': 'VALUE = 1\n'.repeat(40),
};

test.each(readdirSync(folder))('an archive from a common tool is accepted: %s', async (name) => {
  const archive = await openTestArchive(memorySource(new Uint8Array(readFileSync(new URL(name, folder)))));
  expect(archive.findings).toEqual([]);
  expect(archive.format).toBe(name.endsWith('.zip') ? 'zip' : 'tar.gz');
  const read: Record<string, string> = {};
  for (const { path, sha256 } of archive.files) {
    const bytes = await archive.read(path);
    expect(sha256).toBe(await sha256Hex(bytes));
    read[path] = new TextDecoder().decode(bytes);
  }
  expect(read).toEqual(contents);
});
