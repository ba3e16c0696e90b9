// Serves repositories over SSH on loopback, to clients with one of the accepted keys.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Channel, type Connection, Server, utils } from 'ssh2';
import { Repository } from './git-server.ts';

export interface KeyPair {
  private: string;
  /** The public key in the format of a known-hosts file, without the host name. */
  public: string;
}

/** Returns keys without the comment that ssh-keygen would add. Now and then ssh2 writes a key that it can't read. */
export function newKeyPair(): KeyPair {
  let made = utils.generateKeyPairSync('ed25519');
  while (utils.parseKey(made.private) instanceof Error) made = utils.generateKeyPairSync('ed25519');
  return { private: made.private, public: made.public.split(' ').slice(0, 2).join(' ') };
}

export class SshServer {
  readonly hostKey = newKeyPair();
  /** Public keys. */
  accepted: string[] = [];
  /** Names and methods with which connections tried to authenticate, without the initial query for methods. */
  readonly tried: string[] = [];
  /** Executed commands. */
  readonly commands: string[] = [];
  /** Runs first, and replaces Git if it returns an exit code. */
  instead: ((write: (text: string) => void) => number | undefined) | undefined;
  /** True if commands never get an answer. */
  hangs = false;
  /** Called while a command runs. */
  during = () => {};
  readonly #folder: string;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();

  private constructor(folder: string) {
    this.#folder = folder;
    this.#server = new Server({ hostKeys: [this.hostKey.private] }, (connection) => this.#serve(connection));
  }

  /** `folder` contains the repositories. */
  static async start(folder = mkdtempSync(join(tmpdir(), 'slipway-ssh-'))): Promise<SshServer> {
    const server = new SshServer(folder);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get host(): string {
    return `127.0.0.1:${this.#server.address().port}`;
  }

  repository(name: string): Repository {
    const work = join(this.#folder, `${name}.git`);
    mkdirSync(work, { recursive: true });
    return new Repository(work, `http://${this.host}/${name}.git`);
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.end();
    await new Promise<void>((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #serve(connection: Connection): void {
    this.#connections.add(connection);
    connection.on('close', () => this.#connections.delete(connection));
    connection.on('error', () => {});
    connection.on('authentication', (authentication) => {
      const { key, blob, signature, method, hashAlgo, username } = authentication;
      if (method !== 'none') this.tried.push(`${username} ${method}`);
      const known = key && this.accepted.map((one) => utils.parseKey(one)).find((one) => isKey(one, key.data));
      if (!known || known instanceof Error) return authentication.reject(['publickey']);
      const isSigned = signature && blob && known.verify(blob, signature, hashAlgo);
      if (signature && !isSigned) return authentication.reject();
      return authentication.accept();
    });
    connection.on('session', (acceptSession) =>
      acceptSession().on('exec', (accept, _, { command }) => {
        this.commands.push(command);
        this.during();
        if (!this.hangs) this.#run(command, accept());
      }),
    );
  }

  #run(command: string, channel: Channel): void {
    const code = this.instead?.((text) => channel.stderr.write(text));
    const [, path = ''] = /^git-upload-pack '\/([\w/.-]+)'$/.exec(command) ?? [];
    if (code !== undefined || path === '' || path.includes('..')) {
      channel.exit(code ?? 1);
      channel.end();
      return;
    }
    const git = spawn('git', ['upload-pack', join(this.#folder, path)], { stdio: ['pipe', 'pipe', 'pipe'] });
    // Git may have read enough before the client ends, which must not close the channel.
    git.stdin.on('error', () => {});
    channel.on('data', (chunk: Buffer) => git.stdin.write(chunk));
    channel.on('end', () => git.stdin.end());
    const exited = new Promise<number>((resolve) => git.on('exit', (exitCode) => resolve(exitCode ?? 1)));
    const printed = [
      pipeline(git.stderr, channel.stderr, { end: false }),
      pipeline(git.stdout, channel, { end: false }),
    ];
    Promise.all(printed)
      .then(async () => channel.exit(await exited))
      .catch(() => {})
      .finally(() => channel.end());
  }
}

function isKey(known: ReturnType<typeof utils.parseKey>, data: Buffer): boolean {
  return !(known instanceof Error) && known.getPublicSSH().equals(data);
}
