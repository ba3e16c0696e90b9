// Answers Git requests over HTTP for a folder of repositories, using Git's own CGI program.
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { loopback } from '../../../scripts/machine/ports.ts';

export interface ServedFolder {
  folder: string;
  /** True if anyone may push to its repositories. Otherwise they are read-only. */
  mayPush: boolean;
}

export function serveGit(served: ServedFolder, request: IncomingMessage, response: ServerResponse): void {
  const backend = spawn('git', ['http-backend'], {
    env: backendEnvironment(served, request),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // Git may answer before it has read the whole request, so the request stays open.
  pipeline(request.iterator({ destroyOnReturn: false }), backend.stdin, () => {});
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.on('close', () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    let status = 200;
    for (const line of answer.toString('latin1', 0, end).split('\r\n')) {
      const [name = '', value = ''] = line.split(': ');
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else if (name !== '') response.setHeader(name, value);
    }
    response.writeHead(status).end(answer.subarray(end + 4));
  });
}

function backendEnvironment({ folder, mayPush }: ServedFolder, request: IncomingMessage): NodeJS.ProcessEnv {
  const url = new URL(request.url ?? '/', 'http://git.test');
  const header = (name: string) => String(request.headers[name] ?? '');
  return {
    ...process.env,
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: '1',
    ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.receivepack', GIT_CONFIG_VALUE_0: String(mayPush) },
    PATH_INFO: url.pathname,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: header('content-type'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    GIT_PROTOCOL: header('git-protocol'),
    REMOTE_ADDR: loopback,
    ...(mayPush ? { REMOTE_USER: 'author' } : {}),
  };
}
