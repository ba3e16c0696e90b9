// Serves one Git repository on this machine, for the demo. It's the only local repository that the builder may fetch by default. It's
// read-only, and nothing else is served.
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Command } from '../../builder/server/programs/command.ts';
import { explain, runProgram } from '../../builder/server/programs/run-program.ts';
import { loopback } from '../machine/ports.ts';

export const goExampleName = 'word-count';

const requestBytesMax = 64 * 1024;
const packBytesMax = 16 * 1024 * 1024;
const gitMs = 30_000;
const service = 'git-upload-pack';
/** A protocol line prefixed with its length, and the end of the list of such lines (gitprotocol-http). */
const announcement = `001e# service=${service}\n0000`;
/** Fixed, so that the same files get the same commit at every start. */
const signature = 'Slipway <slipway@example.com> 0 +0000';

export class ExampleRepository {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** Listens on a free port. The repository is empty until `commitExample` runs. Doesn't need Git. */
  static async listen(folder: string, name: string): Promise<ExampleRepository> {
    const server = createServer();
    server.listen(0, loopback);
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const path = `/${name}.git`;
    server.on('request', (request, response) => {
      answer(folder, path, request, response).catch(() => response.destroy());
    });
    return new ExampleRepository(server, `http://${loopback}:${port}${path}`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Replaces the repository with one tagged commit of these files. */
export async function commitExample(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  tag: string,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await git(folder, ['init', '-q', '--bare', '-b', 'main']);
  const head = ['commit refs/heads/main', `committer ${signature}`, ...lines('The example')];
  const input = [Buffer.from(`${head.join('\n')}\n`)];
  for (const [path, bytes] of files)
    input.push(Buffer.from(`M 100644 inline ${path}\ndata ${bytes.length}\n`), Buffer.from(bytes), Buffer.from('\n'));
  input.push(Buffer.from(`\nreset refs/tags/${tag}\nfrom refs/heads/main\n`));
  await git(folder, ['fast-import', '--quiet'], Buffer.concat(input));
}

function lines(text: string): string[] {
  return [`data ${Buffer.byteLength(text)}`, text];
}

async function answer(folder: string, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = `${request.method} ${request.url}`;
  const isList = target === `GET ${path}/info/refs?service=${service}`;
  if (!isList && target !== `POST ${path}/${service}`) {
    response.writeHead(404).end();
    return;
  }
  const mode = isList ? ['--advertise-refs'] : [];
  const asked = isList ? undefined : await body(request);
  const output = await git(folder, ['upload-pack', '--stateless-rpc', ...mode, '.'], asked, protocolOf(request));
  response.writeHead(200, {
    'cache-control': 'no-cache',
    'content-type': `application/x-${service}-${isList ? 'advertisement' : 'result'}`,
  });
  response.end(isList ? Buffer.concat([Buffer.from(announcement), output]) : output);
}

/** Git compresses longer requests. */
async function body(request: IncomingMessage): Promise<Buffer> {
  const sent = await buffer(request);
  if (sent.length > requestBytesMax) throw new Error('The request is too large.');
  const isCompressed = request.headers['content-encoding'] === 'gzip';
  return isCompressed ? promisify(gunzip)(sent, { maxOutputLength: requestBytesMax }) : sent;
}

function protocolOf({ headers }: IncomingMessage): Record<string, string> {
  const version = headers['git-protocol'];
  return typeof version === 'string' && /^version=\d$/.test(version) ? { GIT_PROTOCOL: version } : {};
}

async function git(
  folder: string,
  args: string[],
  input: Uint8Array = new Uint8Array(),
  env: Record<string, string> = {},
): Promise<Buffer> {
  const { PATH = '' } = process.env;
  const command: Command = {
    file: 'git',
    args: ['-C', folder, ...args],
    env: { PATH, HOME: folder, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', ...env },
    endSignal: 'SIGKILL',
  };
  const ran = await runProgram(command, { timeoutMs: gitMs, outputBytesMax: packBytesMax, input });
  if (ran.ended !== 'exit' || !ran.succeeded) throw new Error(`git ${args[0]} failed: ${explain(ran)}`);
  return ran.output;
}
