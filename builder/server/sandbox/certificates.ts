// Finds the CA certificates that plugins need to connect to servers over TLS.
import { existsSync, realpathSync } from 'node:fs';
import type { Mount } from './sandbox.ts';

/** Folders where TLS libraries look. Links in the first folder lead to the last one. */
const folders = ['/etc/ssl/certs', '/etc/pki/tls/certs', '/usr/share/ca-certificates'];

export function certificateMounts(): Mount[] {
  return folders.filter((path) => existsSync(path)).map((path) => [realpathSync(path), path]);
}
