// A proxy that keeps a server's uploads in progress until the test ends.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { freePorts, loopback } from '../../scripts/machine/ports.ts';

/** Starts a proxy that forwards every request except uploads, which it never answers. `began` resolves at the first upload. */
export async function stuckAtUploads(server: string): Promise<{ url: string; began: Promise<void> }> {
  let begin: () => void = () => {};
  const began = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const proxy = createServer(async (request, response) => {
    if (request.method === 'PUT') return begin();
    const { host, connection, 'content-length': length, ...headers } = request.headers;
    const body = await text(request);
    const init = { method: request.method ?? 'GET', headers: headers as Record<string, string> };
    const answer = await fetch(`${server}${request.url}`, body === '' ? init : { ...init, body });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end((await answer.text()).replaceAll(server, url));
  });
  const [port = 0] = await freePorts(1);
  const url = `http://${loopback}:${port}`;
  await new Promise<void>((resolve) => proxy.listen(port, loopback, resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { url, began };
}
