// Hands a credential to Git: on a pipe that one helper reads, when the repository's own server asks. It is in no argument, variable or
// file, and a helper of another URL, such as that of a proxy or a redirect, does not exist.
import { coversRepository } from '../../../src/contract/builder/source-places.ts';
import type { SourceCredential } from '../../../src/contract/builder/sources.ts';
import type { Repository } from './repository.ts';

/** The repository, with the credential that its server may have. */
export interface Remote extends Repository {
  credential: SourceCredential | undefined;
}

/** Returns the repository without the credential unless that is for it. */
export function remoteOf(repository: Repository, credential: SourceCredential | undefined): Remote {
  const isFor = credential !== undefined && coversRepository(credential.place, repository.url);
  return { ...repository, credential: isFor ? credential : undefined };
}

/** Git gives its own standard input to none of its helpers, so the pipe is moved to the next free descriptor. */
const moveInput = 'exec 4<&0 </dev/null; exec "$@"';
/** Answers `get` only; the pipe is empty after one answer. */
const helper = '!f() { if test "$1" = get; then cat <&4; fi; }; f';

/** Options of Git, to which no later one may reset the helpers. */
export function credentialOptions({ url, credential }: Remote): string[] {
  return credential ? ['-c', 'credential.useHttpPath=true', '-c', `credential.${url}.helper=${helper}`] : [];
}

/** Returns the command line, and the input with which the helper gets the credential. */
export function withCredential({ credential }: Remote, argv: string[]): { argv: string[]; input: string } {
  if (!credential) return { argv, input: '' };
  const input = `username=${credential.username}\npassword=${credential.token}\n`;
  return { argv: ['/bin/sh', '-c', moveInput, 'sh', ...argv], input };
}
