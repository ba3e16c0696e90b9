// Serves repositories that tests create, with Git's own HTTP backend on loopback.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveGit } from '../../e2e/git-host/git-backend.ts';

export type TreeFile = string | Uint8Array | { link: string } | { submodule: string };
export type Tree = Record<string, TreeFile>;

const date = '2026-03-01T10:00:00Z';
const committer = `Author <author@example.com> ${Date.parse(date) / 1000} +0000`;
const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };

/** A repository to which tests add commits. */
export class Repository {
  readonly url: string;
  readonly #folder: string;
  #isEmpty = true;

  constructor(folder: string, url: string) {
    this.#folder = folder;
    this.url = url;
    this.git('init', '-q', '--template=', '-b', 'main');
  }

  git(...args: string[]): string {
    return this.#run(args, '');
  }

  /**
   * Commits exactly these files to the branch `main`, and returns the commit hash. Starts only one process, however many files there
   * are.
   */
  commit(tree: Tree): string {
    const begun = `commit refs/heads/main\nmark :1\ncommitter ${committer}\n${data('a commit\n')}`;
    const parent = this.#isEmpty ? '' : 'from refs/heads/main^0\n';
    const files = Object.entries(tree).map(([path, file]) => imported(path, file));
    this.#isEmpty = false;
    const parts = [`${begun}${parent}deleteall\n`, ...files, 'get-mark :1\n'];
    return this.#run(['fast-import', '--quiet'], Buffer.concat(parts.map((part) => Buffer.from(part))));
  }

  #run(args: string[], input: string | Uint8Array): string {
    const env = { ...process.env, ...dates };
    return execFileSync('git', args, { cwd: this.#folder, env, encoding: 'utf8', input }).trim();
  }
}

/** Returns a file in `git fast-import` format. */
function imported(path: string, file: TreeFile): Uint8Array {
  const name = JSON.stringify(path);
  if (typeof file === 'object' && 'submodule' in file) return Buffer.from(`M 160000 ${file.submodule} ${name}\n`);
  const [mode, content] = typeof file === 'object' && 'link' in file ? ['120000', file.link] : ['100644', file];
  return Buffer.concat([Buffer.from(`M ${mode} inline ${name}\n`), data(content)]);
}

function data(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

export class GitServer {
  readonly url: string;
  /** The folder that contains all repositories. */
  readonly folder: string;
  readonly #server: Server;
  /** Handles a request itself if it returns true; otherwise Git does. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;

  private constructor(folder: string, server: Server, port: number) {
    this.folder = folder;
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
    // Long, so that no client reuses a connection just as an idle timeout closes it.
    server.keepAliveTimeout = 600_000;
    server.on('request', (request, response) => {
      if (!this.intercept(request, response)) serveGit({ folder, mayPush: false }, request, response);
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
    const work = join(this.folder, `${name}.git`);
    mkdirSync(work, { recursive: true });
    return new Repository(work, `${this.url}/${name}.git`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
