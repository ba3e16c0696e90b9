// Terminates TLS in front of Slipway, like the proxy in docs/self-hosting.md: tls-proxy.ts HOST PORT FOLDER, with cert.pem and key.pem
// in the folder.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const [host = '', port = '', folder = ''] = process.argv.slice(2);
const server = createServer({
  cert: readFileSync(join(folder, 'cert.pem')),
  key: readFileSync(join(folder, 'key.pem')),
});
server.on('request', (incoming, response) => {
  const headers = { ...incoming.headers, 'x-forwarded-for': incoming.socket.remoteAddress ?? '' };
  const outgoing = request({ host, port, method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers });
  const fail = () => response.destroy();
  outgoing.on('error', fail);
  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    pipeline(answer, response).catch(fail);
  });
  pipeline(incoming, outgoing).catch(fail);
});
server.listen(443);
