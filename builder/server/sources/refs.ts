// From what a user calls a version to one commit. The name is only ever compared with what the repository lists, so nothing in it
// can be an option, a refspec or an expression of Git's.
import type { Source } from '../../../src/contract/sources.ts';
import type { GitSession } from './git.ts';
import { SourceRefused } from './source-refused.ts';

export interface Resolved {
  commit: string;
  kind: Source['ref_kind'];
  /** Such as `refs/tags/v1`; undefined for a commit. */
  name: string | undefined;
}

const commit = /^[0-9a-f]{40}$/;
const shortCommit = /^[0-9a-f]{7,39}$/;
const plainRef = /^[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}$/;

/** Throws a SourceRefused; nothing was asked of anyone then. */
export function checkRef(ref: string): void {
  const isPlain = plainRef.test(ref) && !/\.\.|\/\/|\/\.|\.$|\/$|\.lock(?:\/|$)/.test(ref);
  if (!isPlain) {
    throw new SourceRefused('ref-not-taken', 'a version is a tag, a branch or a commit of 40 hexadecimal digits');
  }
}

export async function resolveRef(git: GitSession, ref: string): Promise<Resolved> {
  if (commit.test(ref)) return { commit: ref, kind: 'commit', name: undefined };
  const tag = `refs/tags/${ref}`;
  const branch = `refs/heads/${ref}`;
  const ran = await git.overNetwork(['ls-remote', '-q', '--', git.url, tag, `${tag}^{}`, branch]);
  if (!ran.succeeded) throw unreachable(ran.errors);
  const found = listed(ran.output.toString('utf8'));
  // An annotated tag has an object of its own; `^{}` is the commit that it names.
  const tagged = found.get(`${tag}^{}`) ?? found.get(tag);
  if (tagged !== undefined) return { commit: tagged, kind: 'tag', name: tag };
  const head = found.get(branch);
  if (head !== undefined) return { commit: head, kind: 'branch', name: branch };
  const why = shortCommit.test(ref) ? '; a commit is named by all of its 40 digits' : '';
  throw new SourceRefused('ref-not-found', `the repository has no tag or branch ${ref}${why}`);
}

function listed(text: string): Map<string, string> {
  const lines = text.split('\n').map((line) => /^([0-9a-f]{40})\t(\S+)$/.exec(line));
  return new Map(lines.flatMap((found) => (found?.[1] && found[2] ? [[found[2], found[1]]] : [])));
}

/** Not in Git's own words: they would tell which ports of which hosts answer. */
export function unreachable(errors: string): SourceRefused {
  if (/not found|returned error: (?:401|403|404|410)|could not read Username|Authentication failed/i.test(errors)) {
    return new SourceRefused('repository-not-found', 'there is no such repository, or it is not public');
  }
  return new SourceRefused('repository-unreachable', 'the repository does not answer as Git over HTTP');
}
