// Finds the certificates of authorities, which plugins need that reach servers by TLS.
import { existsSync, realpathSync } from 'node:fs';
import type { Mount } from './sandbox.ts';

/** Where TLS libraries look. The last is where links of the first lead. */
const folders = ['/etc/ssl/certs', '/etc/pki/tls/certs', '/usr/share/ca-certificates'];

export function certificateMounts(): Mount[] {
  return folders.filter((path) => existsSync(path)).map((path) => [realpathSync(path), path]);
}
