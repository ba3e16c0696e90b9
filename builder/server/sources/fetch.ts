// One fetch: URL and ref checked, the ref resolved, exactly that commit brought, its tree read, packed, and all of it removed again.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source, SourceRequest } from '../../../src/contract/sources.ts';
import { sha256Hex } from '../../../src/core/digest.ts';
import { type GitMachine, GitSession } from './git.ts';
import { packSource } from './pack-source.ts';
import { findRedirect } from './redirects.ts';
import { checkRef, type Resolved, resolveRef, unreachable } from './refs.ts';
import { type Repository, resolveRepository } from './repository.ts';
import { SourceRefused } from './source-refused.ts';
import { readTree } from './tree.ts';

export interface Fetched {
  source: Source;
  archive: Uint8Array<ArrayBuffer>;
}

export interface FetchMachine extends GitMachine {
  /** Where the folder of each fetch is made and removed. */
  folder: string;
  allowLoopback: boolean;
}

const redirectsMax = 3;

/** Rejects with a SourceRefused. */
export async function fetchSource(machine: FetchMachine, { repository, ref }: SourceRequest): Promise<Fetched> {
  const deadline = performance.now() + machine.limits.fetchMs;
  checkRef(ref);
  const found = await resolveRepository(repository, machine.allowLoopback);
  const folder = await mkdtemp(join(machine.folder, 'fetch.'));
  try {
    return await fetchInto(machine, folder, found, ref, deadline);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fetchInto(
  machine: FetchMachine,
  folder: string,
  first: Repository,
  ref: string,
  deadline: number,
): Promise<Fetched> {
  let git = new GitSession(machine, folder, first, deadline);
  await git.init();
  let at = first;
  for (let hops = 0; ; hops++) {
    try {
      const resolved = await resolveRef(git, ref);
      await bring(git, resolved);
      return await pack(git, resolved, machine);
    } catch (error) {
      const mayHaveMoved = error instanceof SourceRefused && error.code === 'repository-unreachable';
      const target = mayHaveMoved && hops < redirectsMax ? await findRedirect(at) : undefined;
      if (target === undefined) throw error;
      at = await resolveRepository(target, machine.allowLoopback);
      git = new GitSession(machine, folder, at, deadline);
    }
  }
}

const fetchOptions = ['-q', '--depth', '1', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];

/** By its hash; by its name from servers that hand out nothing else (protocol 0), if that is still the same commit. */
async function bring(git: GitSession, { commit, name }: Resolved): Promise<void> {
  let ran = await git.overNetwork(['fetch', ...fetchOptions, '--', git.url, commit]);
  if (!ran.succeeded && /unadvertised object/.test(ran.errors) && name !== undefined) {
    ran = await git.overNetwork(['fetch', ...fetchOptions, '--', git.url, name]);
  }
  if (!ran.succeeded && /not our ref|unadvertised object|couldn't find remote ref/.test(ran.errors)) {
    throw new SourceRefused(
      'ref-not-found',
      `the repository has no commit ${commit}, or does not hand it out by its hash`,
    );
  }
  if (!ran.succeeded && /fsck|fatal: (?:pack|fetch-pack|index-pack)/.test(ran.errors)) {
    throw new SourceRefused('tree-not-taken', 'Git finds the repository damaged, or made to harm');
  }
  if (!ran.succeeded) throw unreachable(ran.errors);
}

async function pack(git: GitSession, { commit, kind }: Resolved, { limits }: FetchMachine): Promise<Fetched> {
  const files = await readTree(git, commit, limits);
  const archive = await packSource(files);
  const sha256 = await sha256Hex(archive);
  return {
    source: { commit, ref_kind: kind, sha256, size_bytes: archive.length, files: files.length },
    archive,
  };
}
