// Serves artifacts on loopback, including wrong ones and failures, for tests in workerd, which can't listen on a port.
import { createServer, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    artifacts: { url: string };
  }
}

const artifact = 'the artifact itself';

/** Responses by first path segment. The other segments make each test's URL unique. */
const answers: Record<string, (answer: ServerResponse, nth: number, path: string) => void> = {
  good: (answer) => answer.writeHead(200, { 'content-type': 'application/gzip' }).end(artifact),
  /** Responds with the last path segment. */
  text: (answer, _nth, path) => answer.end(path.split('/').at(-1)),
  /** Responds with the request's body. */
  echo: (answer) => pipeline(answer.req, answer, () => {}),
  other: (answer) => answer.end('another artifact'),
  large: (answer) => answer.end(Buffer.alloc(9 * 1024 * 1024, 'slipway')),
  empty: (answer) => answer.end(),
  missing: (answer) => answer.writeHead(404).end(),
  flaky: (answer, nth) => (nth === 1 ? answer.writeHead(500).end('broken') : answer.end(artifact)),
  silent: () => {},
  stalling: (answer) => answer.writeHead(200, { 'content-length': '1000' }).write('the first bytes'),
  trickling: (answer) => {
    const timer = setInterval(() => answer.write('.'), 50);
    answer.on('close', () => clearInterval(timer));
  },
  endless: (answer) => {
    const more = () => {
      while (!answer.destroyed && answer.write(Buffer.alloc(64 * 1024)));
    };
    answer.on('drain', more);
    more();
  },
  announced: (answer) => answer.writeHead(200, { 'content-length': '9999999999' }).write('a'),
  breaking: (answer) => {
    answer.writeHead(200, { 'content-length': '1000' });
    answer.write('the first bytes', () => answer.destroy());
  },
  private: (answer) => answer.writeHead(302, { location: 'http://10.0.0.1/artifact' }).end(),
  metadata: (answer) => answer.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
  nowhere: (answer) => answer.writeHead(302, { location: 'http://' }).end(),
  moved: (answer) => answer.writeHead(301, { location: '/good' }).end(),
  circling: (answer) => answer.writeHead(302, { location: '/circling' }).end(),
};

export default async function startArtifactServer(project: TestProject): Promise<() => Promise<void>> {
  const requestCounts = new Map<string, number>();
  const server = createServer((request, answer) => {
    const path = request.url ?? '';
    const nth = (requestCounts.get(path) ?? 0) + 1;
    requestCounts.set(path, nth);
    const respond = answers[path.split('/')[1] ?? ''];
    if (respond) respond(answer, nth, path);
    else answer.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  project.provide('artifacts', { url: `http://127.0.0.1:${address.port}` });
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}
