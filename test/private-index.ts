// Serves a package index on loopback that requires a credential, for tests in workerd, which can't listen on a port.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { PackageIndex } from './builder/environments/package-index.ts';
import { writeWheel } from './builder/environments/write-wheel.ts';

export default async function startPrivateIndex(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-index-'));
  writeWheel(folder, { name: 'acme_words', version: '1.4', files: { 'acme_words.py': 'WORD = "private"\n' } });
  writeWheel(folder, { name: 'acme_fresh', version: '2.0' });
  const index = await PackageIndex.start(folder);
  index.json = true;
  index.uploadTimes.set('acme_fresh-2.0-py3-none-any.whl', new Date().toISOString());
  index.accepted = /^[\w-]+:pypi-of-acme$/;
  const { host, pathname } = new URL(index.url);
  project.provide('privateIndex', { source: host + pathname, url: `${index.url}/` });
  return async () => {
    index.close();
    await rm(folder, { recursive: true, force: true });
  };
}
