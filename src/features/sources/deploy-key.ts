// Reads SSH deploy keys and their host keys, in the formats of ssh-keygen and ssh-keyscan.
import type { SourcePlace } from '../../contract/builder/source-places.ts';
import { sshPublicKey } from '../../contract/builder/sources.ts';
import { fromBase64 } from '../../core/sealing.ts';

const magic = 'openssh-key-v1\0';

/** Returns why the text isn't a usable private key, which must have no passphrase; undefined if it is one. */
export function privateKeyFault(text: string): string | undefined {
  const [, body] =
    /^\s*-----BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END OPENSSH PRIVATE KEY-----\s*$/.exec(text) ?? [];
  if (body === undefined)
    return 'is not a private key in ssh-keygen\'s format. Create one: `ssh-keygen -t ed25519 -N ""`';
  let start: string;
  try {
    start = new TextDecoder('latin1').decode(fromBase64(body.replaceAll(/\s/g, '')).subarray(0, 64));
  } catch {
    return 'is damaged';
  }
  if (!start.startsWith(magic)) return 'is damaged';
  // The cipher's name, preceded by its length.
  return start.startsWith('\0\0\0\x04none', magic.length)
    ? undefined
    : 'has a passphrase, which nobody could enter. Create one without: `ssh-keygen -t ed25519 -N ""`';
}

/** Returns `TYPE KEY` from a known-hosts line, or why it has no key for the host. */
export function parseKnownHost(line: string, { host }: SourcePlace): { key: string } | { fault: string } {
  const [first = '', ...rest] = line.trim().split(/\s+/);
  const isBare = /^(?:ssh-|ecdsa-)/.test(first);
  const key = (isBare ? [first, ...rest] : rest).slice(0, 2).join(' ');
  if (!sshPublicKey.safeParse(key).success)
    return { fault: 'has no supported host key, such as `git.example.com ssh-ed25519 AAAA…`' };
  if (isBare) return { key };
  if (first.startsWith('|')) return { fault: 'has a hashed host. Use the output of `ssh-keyscan HOST`' };
  const [, name = host, port] = /^(.*):(\d+)$/.exec(host) ?? [];
  const names = [host, name, ...(port === undefined ? [] : [`[${name}]:${port}`])];
  if (first.startsWith('@') || !first.split(',').some((one) => names.includes(one)))
    return { fault: `belongs to another host than ${name}` };
  return { key };
}
