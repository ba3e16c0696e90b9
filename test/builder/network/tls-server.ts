// HTTPS server for tests, with a certificate signed by a test authority.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url).href), 'utf8');

/** The certificate authority trusted by a client of `api.example.com`. */
export const authority = fixture('authority.crt');

/** `api.example.com` is signed by the authority, and `hooks.example.com` is self-signed. */
export type CertifiedName = 'api.example.com' | 'hooks.example.com';

export interface TlsServer {
  port: number;
  close(): void;
}

/** Starts a server that answers with the name of the requested host. */
export async function tlsServer(name: CertifiedName): Promise<TlsServer> {
  const server = createServer({ cert: fixture(`${name}.crt`), key: fixture(`${name}.key`) }, (request, response) =>
    response.end(JSON.stringify({ host: request.headers.host })),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, close: () => server.close() };
}
