// Serves repositories that tests create, with Git's own HTTP backend on loopback.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serveGit } from '../../../scripts/hooks/git-backend.ts';

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
