// Finds the CA certificates, which plugins need to reach servers by TLS.
import { existsSync, realpathSync } from 'node:fs';
import type { Mount } from './sandbox.ts';

/** Folders where TLS libraries look. Links in the first one lead to the last. */
const folders = ['/etc/ssl/certs', '/etc/pki/tls/certs', '/usr/share/ca-certificates'];

export function certificateMounts(): Mount[] {
  return folders.filter((path) => existsSync(path)).map((path) => [realpathSync(path), path]);
}
