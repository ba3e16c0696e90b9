// Hosts Git repositories on loopback that accept pushes over HTTP. Like a provider's repositories, each has a post-receive hook.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { loopback } from '../../../scripts/machine/ports.ts';
import { serveGit } from './git-backend.ts';
import type { Provider } from './signed-push.ts';

export type Files = Record<string, string>;

/** A hosted repository, with a clone to push commits from. */
export class HostedRepository {
  readonly url: string;
  readonly #bare: string;
  readonly #clone: string;

  constructor(bare: string, clone: string, url: string) {
    this.#bare = bare;
    this.#clone = clone;
    this.url = url;
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', bare]);
    execFileSync('git', ['init', '-q', '-b', 'main', clone]);
    this.#git('remote', 'add', 'origin', url);
  }

  /** Reports later pushes to the deploy hook. */
  reportTo(provider: Provider, { url, secret }: { url: string; secret: string }): void {
    const script = resolve('test/e2e/git-host/post-receive.ts');
    const args = [process.execPath, script, provider, secret, url, this.url].map((arg) => `'${arg}'`);
    writeFileSync(join(this.#bare, 'hooks/post-receive'), `#!/bin/sh\nexec ${args.join(' ')}\n`, { mode: 0o755 });
  }

  /** Adds the files to the existing ones in a commit. Returns the commit hash. */
  commit(files: Files): string {
    for (const [path, content] of Object.entries(files)) {
      const target = join(this.#clone, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
    this.#git('add', '-A');
    this.#git('commit', '-q', '--allow-empty', '-m', 'a commit');
    return this.#git('rev-parse', 'HEAD');
  }

  /** Pushes the last commit under this ref. Returns once the post-receive hook has ended. */
  async push(ref: string): Promise<void> {
    const child = spawn('git', ['push', '-q', 'origin', `+HEAD:${ref}`], {
      cwd: this.#clone,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (chunk) => (output += chunk));
    const exitCode = await new Promise((closed) => child.once('close', closed));
    if (exitCode !== 0) throw new Error(`git push failed: ${output}`);
  }

  #git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.#clone, encoding: 'utf8' }).trim();
  }
}

export class GitHost {
  readonly #folder: string;
  readonly #server: Server;
  readonly #url: string;
  /** Runs before each response, which waits for it. */
  beforeAnswer: (request: IncomingMessage) => Promise<void> = async () => {};

  private constructor(folder: string, server: Server, port: number) {
    this.#folder = folder;
    this.#server = server;
    this.#url = `http://${loopback}:${port}`;
    server.on('request', (request, response) => {
      void this.beforeAnswer(request).then(() => serveGit({ folder, mayPush: true }, request, response));
    });
  }

  static async start(): Promise<GitHost> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, loopback, listening));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return new GitHost(mkdtempSync(join(tmpdir(), 'slipway-git-host-')), server, port);
  }

  repository(name: string): HostedRepository {
    const bare = join(this.#folder, `acme/${name}.git`);
    mkdirSync(dirname(bare), { recursive: true });
    return new HostedRepository(bare, join(this.#folder, `clone-of-${name}`), `${this.#url}/acme/${name}.git`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
