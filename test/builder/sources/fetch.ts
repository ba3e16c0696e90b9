// Fetches sources with a builder, and checks what a fetch leaves behind.
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { memorySource } from '../../../src/archive/reading/byte-source.ts';
import { type Source, sourceHeader, sourceRefusalSchema, sourceSchema } from '../../../src/contract/builder/sources.ts';
import { openTestArchive } from '../../support/archives/open-archive.ts';
import { processText } from '../live-files.ts';
import type { TestBuilder } from '../support.ts';
import type { GitServer, Repository, Tree } from './git-server.ts';

interface Fetched {
  source: Source;
  files: Record<string, string>;
}

function post(to: TestBuilder, repository: string, ref: string, path?: string): Promise<Response> {
  return to.fetch('/sources', { method: 'POST', body: JSON.stringify({ repository, ref, path }) });
}

/** Fetches a source, and checks the archive against what the response says of it. */
export async function fetched(builder: TestBuilder, repository: string, ref: string, path?: string): Promise<Fetched> {
  const response = await post(builder, repository, ref, path);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const source = sourceSchema.parse(JSON.parse(response.headers.get(sourceHeader) ?? ''));
  expect(source.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(source.size_bytes).toBe(bytes.length);
  const archive = await openTestArchive(memorySource(bytes));
  const files: Record<string, string> = {};
  for (const { path } of archive.files) files[path] = new TextDecoder().decode(await archive.read(path));
  return { source, files };
}

/** Returns `code: message` after checking that the attempt left nothing behind. */
export async function refused(by: TestBuilder, repository: string, ref: string, path?: string): Promise<string> {
  const response = await post(by, repository, ref, path);
  expect(response.status).toBe(200);
  const { code, message } = sourceRefusalSchema.parse(await response.json()).refused;
  expect(readdirSync(join(by.stateFolder, 'sources'))).toEqual([]);
  expect(gitProcesses(by)).toEqual([]);
  return `${code}: ${message}`;
}

function gitProcesses(of: TestBuilder): string[] {
  return of
    .workers()
    .map((pid) => processText(pid, 'cmdline').replaceAll('\0', ' '))
    .filter((line) => line.includes('/sources/'));
}

let names = 0;
/** Returns a new repository with these files. */
export function repositoryOf(git: GitServer, tree: Tree): Repository {
  const repository = git.repository(`repository-${names++}`);
  repository.commit(tree);
  return repository;
}
