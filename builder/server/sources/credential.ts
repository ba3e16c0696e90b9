// Hands a token to Git on a pipe that one helper reads, when the repository's own server asks. No argument, variable or file holds the
// token. No helper exists for any other URL, such as a proxy's or a redirect's.
import { coversRepository } from '../../../src/contract/builder/source-places.ts';
import type { DeployKey, SourceCredential } from '../../../src/contract/builder/sources.ts';
import { type Repository, resolvePublicAddress } from './repository.ts';
import { type SshRemote, withDeployKey } from './ssh.ts';

/** The repository, with the credential for its server. */
export interface Remote extends Repository {
  credential: SourceCredential | undefined;
  /** Set if the repository is fetched with a deploy key. */
  ssh: SshRemote | undefined;
}

/** Returns the repository. Drops the credential if it doesn't cover the repository. Rejects with a SourceRefused. */
export async function resolveRemote(repository: Repository, credential: SourceCredential | undefined): Promise<Remote> {
  if (!credential || !coversRepository(credential.place, repository.url))
    return { ...repository, credential: undefined, ssh: undefined };
  const ssh = 'private_key' in credential ? await sshRemoteOf(repository, credential) : undefined;
  return { ...repository, credential, ssh };
}

/** Only a host on this machine has a port. No proxy is used, so the address is always resolved here. */
async function sshRemoteOf({ url, address }: Repository, key: DeployKey): Promise<SshRemote> {
  const { hostname, port, pathname, protocol } = new URL(url);
  const connected = protocol === 'http:' ? '127.0.0.1' : (address ?? (await resolvePublicAddress(hostname)));
  return { key, host: hostname, port: port || '22', path: pathname, address: connected };
}

/** Git doesn't pass its own standard input to its helpers, so the pipe is moved to the next free descriptor. */
const moveInput = 'exec 4<&0 </dev/null; exec "$@"';
/** Answers only `get`, and only once, because the pipe is then empty. Git itself sees if the program was killed. */
const helper = '!f() { if test "$1" = get; then exec cat <&4; fi; }; f';

/** Returns Git options, ordered so that no later option resets the helpers. */
export function credentialOptions({ url, credential }: Remote): string[] {
  return credential && 'token' in credential
    ? ['-c', 'credential.useHttpPath=true', '-c', `credential.${url}.helper=${helper}`]
    : [];
}

/** Returns the command line, and the input that gives the helper the credential. */
export function withCredential({ credential, ssh }: Remote, argv: string[]): { argv: string[]; input: string } {
  if (ssh) return withDeployKey(ssh, argv);
  if (!credential || !('token' in credential)) return { argv, input: '' };
  const input = `username=${credential.username}\npassword=${credential.token}\n`;
  return { argv: ['/bin/sh', '-c', moveInput, 'sh', ...argv], input };
}
