// Serves repositories that tests create, with Git's own HTTP backend on loopback.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream';

export type TreeFile = string | Uint8Array | { link: string } | { submodule: string };
export type Tree = Record<string, TreeFile>;

const identity = {
  GIT_AUTHOR_NAME: 'Author',
  GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_COMMITTER_NAME: 'Author',
  GIT_COMMITTER_EMAIL: 'author@example.com',
  GIT_AUTHOR_DATE: '2026-03-01T10:00:00Z',
  GIT_COMMITTER_DATE: '2026-03-01T10:00:00Z',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** A repository to which tests add commits. */
export class Repository {
  readonly url: string;
  readonly #work: string;

  constructor(work: string, url: string) {
    this.#work = work;
    this.url = url;
    this.git('init', '-q', '-b', 'main');
  }

  git(...args: string[]): string {
    const env = { ...process.env, ...identity };
    return execFileSync('git', args, { cwd: this.#work, env, encoding: 'utf8' }).trim();
  }

  /** Commits exactly these files, and returns the commit hash. */
  commit(tree: Tree): string {
    this.git('rm', '-q', '-r', '--cached', '--ignore-unmatch', '.');
    for (const [path, file] of Object.entries(tree)) this.#add(path, file);
    this.git('commit', '-q', '--allow-empty', '-m', 'a commit');
    return this.git('rev-parse', 'HEAD');
  }

  #add(path: string, file: TreeFile): void {
    if (typeof file === 'object' && 'submodule' in file) {
      this.git('update-index', '--add', '--cacheinfo', `160000,${file.submodule},${path}`);
      return;
    }
    const target = join(this.#work, path);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(dirname(target), { recursive: true });
    if (typeof file === 'object' && 'link' in file) symlinkSync(file.link, target);
    else writeFileSync(target, file);
    this.git('add', '-f', '--', path);
  }
}

export class GitServer {
  readonly url: string;
  readonly #folder: string;
  readonly #server: Server;
  /** Handles a request instead of Git if it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;

  private constructor(folder: string, server: Server, port: number) {
    this.#folder = folder;
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
    // A client must not use a connection just as an idle timeout closes it.
    server.keepAliveTimeout = 600_000;
    server.on('request', (request, response) => {
      if (!this.intercept(request, response)) serveGit(folder, request, response);
    });
  }

  static async start(): Promise<GitServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return new GitServer(mkdtempSync(join(tmpdir(), 'slipway-git-')), server, port);
  }

  repository(name: string): Repository {
    const work = join(this.#folder, `${name}.git`);
    mkdirSync(work);
    return new Repository(work, `${this.url}/${name}.git`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Runs the CGI program of gitprotocol-http. */
function serveGit(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://git.test');
  const header = (name: string) => String(request.headers[name] ?? '');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH ?? '',
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: header('content-type'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // Git may answer before it has read everything: the request stays open for that.
  pipeline(request.iterator({ destroyOnReturn: false }), backend.stdin, () => {});
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.on('close', () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    const headers = answer.toString('latin1', 0, end).split('\r\n');
    let status = 200;
    for (const line of headers) {
      const [name = '', value = ''] = line.split(': ');
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else if (name !== '') response.setHeader(name, value);
    }
    response.writeHead(status).end(answer.subarray(end + 4));
  });
}
