// Resolves a version, as written by the user, to one commit. The name is only compared with the refs that the repository lists, so it
// can't act as an option, a refspec or a revision expression.
import { refCharacters, refCharactersText, type Source } from '../../../src/contract/builder/sources.ts';
import type { GitSession } from './git.ts';
import { SourceRefused } from './source-refused.ts';
import { unreachable } from './unreachable.ts';

export interface Resolved {
  commit: string;
  kind: Source['ref_kind'];
  /** For example `refs/tags/v1`. Undefined for a commit. */
  name: string | undefined;
}

const commit = /^[0-9a-f]{40}$/;
const shortCommit = /^[0-9a-f]{7,39}$/;
const plainRef = new RegExp(`^(?![-./+@=,#]*$)[A-Za-z0-9_@][${refCharacters}]{0,199}$`);

/** Throws a SourceRefused if the ref is malformed. Called before any connection is made. */
export function checkRef(ref: string): void {
  const isPlain = plainRef.test(ref) && !/\.\.|\/\/|\/\.|\.$|\/$|\.lock(?:\/|$)/.test(ref);
  if (!isPlain) {
    throw new SourceRefused(
      'ref-not-taken',
      `The version must be a tag, a branch or a full commit hash (40 hex digits), and contain only ${refCharactersText}.`,
    );
  }
}

/** Returns the tag and the branch that the ref may refer to. A full name refers to only one of them. */
function candidates(ref: string): { tag: string | undefined; branch: string | undefined } {
  if (ref.startsWith('refs/tags/')) return { tag: ref, branch: undefined };
  if (ref.startsWith('refs/heads/')) return { tag: undefined, branch: ref };
  return { tag: `refs/tags/${ref}`, branch: `refs/heads/${ref}` };
}

export async function resolveRef(git: GitSession, ref: string): Promise<Resolved> {
  if (commit.test(ref)) return { commit: ref, kind: 'commit', name: undefined };
  const { tag, branch } = candidates(ref);
  const asked = [...(tag === undefined ? [] : [tag, `${tag}^{}`]), ...(branch === undefined ? [] : [branch])];
  const ran = await git.overNetwork(['ls-remote', '-q', '--', git.url, ...asked]);
  if (!ran.succeeded) throw unreachable(git.remote, ran.errors);
  const refs = parseRefs(ran.output.toString('utf8'));
  // An annotated tag is an object of its own; `^{}` is the commit that it points to.
  const tagged = tag === undefined ? undefined : (refs.get(`${tag}^{}`) ?? refs.get(tag));
  if (tagged !== undefined) return { commit: tagged, kind: 'tag', name: tag };
  const head = branch === undefined ? undefined : refs.get(branch);
  if (head !== undefined) return { commit: head, kind: 'branch', name: branch };
  const hint = shortCommit.test(ref) ? 'Use the full commit hash (40 hex digits).' : 'Push it, or check the version.';
  throw new SourceRefused('ref-not-found', `The repository has no tag or branch ${ref}. ${hint}`);
}

/** Maps each ref in the output of `git ls-remote` to its object. */
function parseRefs(text: string): Map<string, string> {
  const lines = text.split('\n').map((line) => /^([0-9a-f]{40})\t(\S+)$/.exec(line));
  return new Map(lines.flatMap((match) => (match?.[1] && match[2] ? [[match[2], match[1]]] : [])));
}
