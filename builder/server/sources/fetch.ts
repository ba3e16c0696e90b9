// Fetches one source: checks the URL, the ref and the path, resolves the ref, downloads exactly that commit, packs its tree or one
// folder of it, and cleans up.
import { mkdtemp } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { Source, SourceRequest } from '../../../src/contract/builder/sources.ts';
import { sha256Hex } from '../../../src/core/digest.ts';
import { fixedLookup } from '../egress/addresses.ts';
import type { Removals } from '../removal/removals.ts';
import { usesProxy } from '../sandbox/trusted-program.ts';
import { type Remote, resolveRemote } from './credential.ts';
import { type GitMachine, GitSession } from './git.ts';
import { packSource } from './pack-source.ts';
import { checkRef, type Resolved, resolveRef } from './refs.ts';
import { type LoopbackRules, type Repository, resolveRepository } from './repository.ts';
import { SourceRefused } from './source-refused.ts';
import { checkPath, readTree } from './tree.ts';
import { movedAway, unreachable } from './unreachable.ts';

const timeoutMs = 10_000;
const service = '/info/refs?service=git-upload-pack';

/** Returns the URL that the repository redirects to, without checking it. Undefined if the repository doesn't redirect. */
export function findRedirect({ url, address }: Repository): Promise<string | undefined> {
  const serviceUrl = new URL(`${url}${service}`);
  const request = serviceUrl.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    if (usesProxy()) return resolve(undefined);
    const sent = request(serviceUrl.href, {
      timeout: timeoutMs,
      ...(address === undefined ? {} : { lookup: fixedLookup([{ address, family: isIPv6(address) ? 6 : 4 }]) }),
    });
    const end = (target: string | undefined) => {
      sent.destroy();
      resolve(target);
    };
    sent.on('response', ({ statusCode = 0, headers: { location } }) =>
      end(statusCode >= 300 && statusCode < 400 && location ? repositoryOf(location, serviceUrl) : undefined),
    );
    sent.on('error', () => end(undefined));
    sent.on('timeout', () => end(undefined));
    sent.end();
  });
}

function repositoryOf(location: string, base: URL): string | undefined {
  if (!URL.canParse(location, base.href)) return undefined;
  const { href } = new URL(location, base);
  return href.endsWith(service) ? href.slice(0, -service.length) : undefined;
}

export interface Fetched {
  source: Source;
  archive: Uint8Array<ArrayBuffer>;
}

export interface FetchMachine extends GitMachine, LoopbackRules {
  /** The parent of each fetch's temporary folder. */
  folder: string;
  removals: Removals;
}

const redirectsMax = 3;

interface Attempt {
  folder: string;
  ref: string;
  path: string | undefined;
  /** Deadline, by performance.now(). */
  deadline: number;
}

/** Returns the source and its archive. Rejects with a SourceRefused. */
export async function fetchSource(machine: FetchMachine, request: SourceRequest): Promise<Fetched> {
  const { repository, ref, path, organization, credential } = request;
  const deadline = performance.now() + machine.limits.fetchMs;
  checkRef(ref);
  checkPath(path);
  const first = await resolveRemote(await resolveRepository(repository, machine), credential);
  const folder = await mkdtemp(join(machine.folder, 'fetch.'));
  try {
    return await fetchInto(machine, first, { folder, ref, path, deadline });
  } finally {
    machine.removals.remove(folder, { kind: 'source', organization });
  }
}

/** The server ended the connection, for example because its own Git was killed. */
const isCutOff = /early EOF|unexpected disconnect|hung up unexpectedly/;

/**
 * Follows the repository's redirects. Git itself follows none, and each target is checked like the first URL. With a credential,
 * follows only redirects to places that the credential covers.
 */
async function fetchInto(machine: FetchMachine, first: Remote, attempt: Attempt): Promise<Fetched> {
  const { folder, ref, path, deadline } = attempt;
  let git = new GitSession(machine, folder, first, deadline);
  await git.init();
  let current = first;
  for (let hops = 0; ; hops++) {
    try {
      const resolved = await resolveRef(git, ref);
      await fetchCommit(git, resolved);
      return await pack(git, resolved, path, machine);
    } catch (error) {
      const mayHaveMoved = !first.ssh && error instanceof SourceRefused && error.code === 'repository-unreachable';
      const target = mayHaveMoved && hops < redirectsMax ? await findRedirect(current) : undefined;
      if (target === undefined) throw error;
      current = await resolveRemote(await resolveRepository(target, machine), first.credential);
      if (first.credential && !current.credential) throw movedAway(first.credential);
      git = new GitSession(machine, folder, current, deadline);
    }
  }
}

const fetchOptions = ['-q', '--depth', '1', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];

/**
 * Fetches a commit by its hash. If a server serves only refs (protocol 0), fetches the ref. Reading the tree then fails if the ref has
 * moved.
 */
async function fetchCommit(git: GitSession, { commit, name }: Resolved): Promise<void> {
  let ran = await git.overNetwork(['fetch', ...fetchOptions, '--', git.url, commit]);
  if (!ran.succeeded && /unadvertised object/.test(ran.errors) && name !== undefined) {
    ran = await git.overNetwork(['fetch', ...fetchOptions, '--', git.url, name]);
  }
  if (!ran.succeeded && /not our ref|unadvertised object|couldn't find remote ref/.test(ran.errors)) {
    throw new SourceRefused(
      'ref-not-found',
      `The repository has no commit ${commit}, or does not serve it by hash. Use a tag or a branch.`,
    );
  }
  if (!ran.succeeded && isCutOff.test(ran.errors)) throw unreachable(git.remote, ran.errors);
  if (!ran.succeeded && /fsck|fatal: (?:pack|fetch-pack|index-pack)/.test(ran.errors)) {
    throw new SourceRefused(
      'tree-not-taken',
      "The repository fails Git's integrity check. Run `git fsck` and fix what it reports.",
    );
  }
  if (!ran.succeeded) throw unreachable(git.remote, ran.errors);
}

async function pack(
  git: GitSession,
  { commit, kind }: Resolved,
  path: string | undefined,
  { limits }: FetchMachine,
): Promise<Fetched> {
  const files = await readTree(git, { commit, path }, limits);
  const archive = await packSource(files);
  const sha256 = await sha256Hex(archive);
  return {
    source: {
      repository: git.remote.url,
      commit,
      ref_kind: kind,
      sha256,
      size_bytes: archive.length,
      files: files.length,
    },
    archive,
  };
}
