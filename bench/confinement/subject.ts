// Runs a checkout's builder with one kind of confinement and one plugin.
import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { packZip } from '../../src/archive/zip/pack.ts';
import { contractHeader, contractVersion, type SandboxKind } from '../../src/contract/builder/instances.ts';
import type { Load } from '../realtime/load.ts';

const readyMessage = z.object({ port: z.number(), sandbox: z.string() });
const inputs = { text: 'A slipway lets a ship go gently from dry land into the water.' };
const call = JSON.stringify({ inputs, parameters: {} });

export class Subject {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #state: string;
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #spec: string;
  /** A virtual machine holds one instance and can't start a second one. */
  readonly #single: boolean;
  #started = 0;

  private constructor(
    name: string,
    child: ChildProcess,
    builder: { state: string; url: string; token: string },
    spec: string,
  ) {
    this.name = name;
    this.#child = child;
    this.#state = builder.state;
    this.#url = builder.url;
    this.#headers = headersWith(builder.token);
    this.#spec = spec;
    this.#single = name === 'vm';
  }

  /** Returns the reason if the builder doesn't start. If `kind` is undefined, the builder picks the strongest one. */
  static async start(checkout: string, kind: SandboxKind | undefined, ref?: string): Promise<Subject | string> {
    const state = await mkdtemp(join(tmpdir(), 'slipway-bench-confinement-'));
    await chmod(state, 0o711); // the builder's workers may run as other users
    const token = randomBytes(32).toString('hex');
    const child = fork('builder/server/main.ts', {
      cwd: checkout,
      env: {
        ...process.env,
        BUILDER_TOKEN: token,
        BUILDER_PORT: '0',
        BUILDER_STATE: state,
        BUILDER_SINGLE: kind === 'vm' ? '1' : '0',
        ...(kind === undefined ? {} : { BUILDER_SANDBOX: kind }),
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    });
    const errors = child.stderr ? text(child.stderr) : '';
    const message = await new Promise((resolve) => {
      child.once('message', resolve);
      child.once('exit', () => resolve(undefined));
    });
    if (message === undefined) {
      await rm(state, { recursive: true, force: true });
      return (await errors).trim();
    }
    const { port, sandbox } = readyMessage.parse(message);
    const url = `http://127.0.0.1:${port}`;
    const spec = await putPlugin(url, token);
    const name = ref === undefined ? sandbox : `${sandbox} at ${ref}`;
    const subject = new Subject(name, child, { state, url, token }, spec);
    await subject.#startNext();
    return subject;
  }

  get target(): Pick<Load, 'url' | 'headers' | 'body' | 'expected'> {
    const url = `${this.#url}/instances/${this.#current}/invoke`;
    return { url, headers: this.#headers, body: call, expected: `"length":${inputs.text.length}` };
  }

  get #current(): string {
    return `dep_${this.#started}`;
  }

  /** Stops the instance and starts another one from the same code. Returns how long the start took. */
  async restart(): Promise<number> {
    await this.#send('DELETE', this.#current);
    return this.#startNext();
  }

  /** Starts a second instance, calls it and stops the first. Returns the time until the response. */
  async redeploy(): Promise<number | undefined> {
    if (this.#single) return undefined;
    const old = this.#current;
    const startedAt = performance.now();
    await this.#startNext();
    const { url, headers, body } = this.target;
    await (await fetch(url, { method: 'POST', headers, body })).text();
    const elapsedMs = performance.now() - startedAt;
    await this.#send('DELETE', old);
    return elapsedMs;
  }

  async #startNext(): Promise<number> {
    this.#started++;
    const startedAt = performance.now();
    const events = await this.#send('PUT', this.#current, this.#spec);
    if (!events.includes('"type":"ready"')) throw new Error(`${this.name}: the plugin did not start: ${events}`);
    return performance.now() - startedAt;
  }

  async #send(method: string, id: string, body: string | null = null): Promise<string> {
    return (await fetch(`${this.#url}/instances/${id}`, { method, headers: this.#headers, body })).text();
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGINT');
    await exited;
    await rm(this.#state, { recursive: true, force: true });
  }
}

function headersWith(token: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    authorization: `Bearer ${token}`,
    [contractHeader]: contractVersion,
  };
}

/** Uploads the plugin's archive. Returns the spec for its instances. */
async function putPlugin(url: string, token: string): Promise<string> {
  const files = {
    'manifest.py': '',
    'pipeline.py': '',
    'realtime.py': await readFile('bench/realtime/handler.py', 'utf8'),
  };
  const entries = Object.entries(files).map(([path, content]) => ({
    path,
    bytes: new Uint8Array(Buffer.from(content)),
  }));
  const archive = await packZip(entries);
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const sent = await fetch(`${url}/blobs/${sha256}`, { method: 'PUT', headers: headersWith(token), body: archive });
  if (!sent.ok) throw new Error(await sent.text());
  const plugin = { name: 'bench', version: '1.0.0' };
  return JSON.stringify({ runtime: 'python', archive: sha256, plugin, dependencies: [] });
}
