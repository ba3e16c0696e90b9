// Runs a real builder process for the tests of this folder, and calls its HTTP API.
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, vi } from 'vitest';
import { z } from 'zod';
import { packZip } from '../../src/archive/pack.ts';
import {
  builderErrorSchema,
  type CallAnswer,
  callAnswerSchema,
  contractHeader,
  contractVersion,
  type InstanceEvent,
  type InstanceSpec,
  type InstanceStatus,
  instanceEventSchema,
  instanceStatusSchema,
  logsSchema,
  type PythonSpec,
} from '../../src/contract/builder.ts';

/** Returns the path of a file of the Python host. */
export function hostPath(name: string): string {
  return fileURLToPath(new URL(`../../builder/host-python/${name}`, import.meta.url));
}

export const mainScript = fileURLToPath(new URL('../../builder/server/main.ts', import.meta.url));
export const token = 'a-token-that-no-plugin-may-see';

/** Generous, because real processes run on a machine that may be busy. */
const timeoutMs = 30_000;
vi.setConfig({ testTimeout: timeoutMs, hookTimeout: timeoutMs });

/** Polls until the expectation holds. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: timeoutMs / 2, interval: 20 });
}

const readyMessage = z.object({ type: z.literal('ready'), port: z.number(), sandbox: z.string(), cgroup: z.string() });

export interface BuilderOptions {
  limits?: Record<string, number>;
  env?: Record<string, string>;
  stateFolder?: string;
  /** The builder's user, if it isn't the one of the tests. Requires root. */
  uid?: number;
}

export type Files = Record<string, string | Uint8Array<ArrayBuffer>>;

export interface Answer {
  status: number;
  body: unknown;
}

/** A builder process, started as a supervisor would start it. */
export class TestBuilder {
  readonly stateFolder: string;
  readonly process: ChildProcess;
  readonly sandbox: string;
  readonly cgroup: string;
  readonly url: string;
  #names = 0;

  private constructor(stateFolder: string, child: ChildProcess, ready: z.infer<typeof readyMessage>) {
    this.stateFolder = stateFolder;
    this.process = child;
    this.sandbox = ready.sandbox;
    this.cgroup = ready.cgroup;
    this.url = `http://127.0.0.1:${ready.port}`;
  }

  static async start({
    limits = {},
    env = {},
    stateFolder = newFolder(),
    uid,
  }: BuilderOptions = {}): Promise<TestBuilder> {
    const child = fork(mainScript, {
      env: {
        ...process.env,
        BUILDER_TOKEN: token,
        BUILDER_PORT: '0',
        BUILDER_STATE: stateFolder,
        BUILDER_LIMITS: JSON.stringify(limits),
        ...env,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    const message = await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the builder exited with ${code}`)));
    });
    return new TestBuilder(stateFolder, child, readyMessage.parse(message));
  }

  /** Ends the builder, without waiting for calls. Does nothing if a test has ended it. */
  async close(): Promise<void> {
    await this.kill('SIGINT');
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill(signal);
    await exited;
  }

  /** Returns the IDs of all processes of this builder's instances, including orphaned ones. */
  workers(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== this.process.pid && namesFolder(pid, basename(this.stateFolder)));
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, [contractHeader]: contractVersion };
    return fetch(this.url + path, { ...init, headers: { ...headers, ...init.headers } });
  }

  /** Returns the status and the JSON body, which is undefined if empty. */
  async send(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>): Promise<Answer> {
    const response = await this.fetch(path, { method, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Packs and sends a plugin. Returns its spec. */
  async putPlugin(files: Files, dependencies: string[] = [], name = 'demo'): Promise<PythonSpec> {
    const archive = await this.putArchive({ 'manifest.py': '', 'pipeline.py': '', ...files });
    return { runtime: 'python', archive, plugin: { name, version: '1.0.0' }, dependencies };
  }

  /** Packs and sends files. Returns the SHA-256 of the archive. */
  async putArchive(files: Files): Promise<string> {
    const archive = await pack(files);
    const sha256 = createHash('sha256').update(archive).digest('hex');
    expect(await this.send('PUT', `/blobs/${sha256}`, archive)).toEqual({ status: 204, body: undefined });
    return sha256;
  }

  /** Returns all events of PUT /instances/{id}. */
  async put(id: string, spec: InstanceSpec): Promise<InstanceEvent[]> {
    const response = await this.fetch(`/instances/${id}`, { method: 'PUT', body: JSON.stringify(spec) });
    expect(response.status).toBe(200);
    const lines = (await response.text()).trimEnd().split('\n');
    return lines.map((line) => instanceEventSchema.parse(JSON.parse(line)));
  }

  /** Starts an instance of the plugin and returns its ID. */
  async run(files: Files, options: { dependencies?: string[]; name?: string } = {}): Promise<string> {
    const id = `dep_${this.#names++}`;
    const events = await this.put(id, await this.putPlugin(files, options.dependencies, options.name));
    expect(events.at(-1)).toMatchObject({ type: 'ready', instance: { id, state: 'ready' } });
    return id;
  }

  invoke(id: string, inputs: unknown = {}, parameters: unknown = {}): Promise<Answer> {
    return this.send('POST', `/instances/${id}/invoke`, JSON.stringify({ inputs, parameters }));
  }

  async call(id: string, inputs: unknown = {}, parameters: unknown = {}): Promise<CallAnswer> {
    const { status, body } = await this.invoke(id, inputs, parameters);
    expect({ status, body }).toMatchObject({ status: 200 });
    return callAnswerSchema.parse(body);
  }

  /** Returns the handler's result. */
  async result(id: string, inputs: unknown = {}): Promise<unknown> {
    const answer = await this.call(id, inputs);
    return answer.status === 'success' ? answer.result : answer;
  }

  async status(id: string): Promise<InstanceStatus> {
    return instanceStatusSchema.parse((await this.send('GET', `/instances/${id}`)).body);
  }

  /** Returns `stream: line` for each line of an instance's log. */
  async logs(id: string): Promise<string[]> {
    const { body } = await this.send('GET', `/instances/${id}/logs`);
    return logsSchema.parse(body).lines.map(({ stream, line }) => `${stream}: ${line}`);
  }
}

/** Validates an error response and returns its `status code`. */
export function refusal({ status, body }: Answer): string {
  return `${status} ${builderErrorSchema.parse(body).error.code}`;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Creates a folder that is removed at the end of the test file. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-builder-'));
  folders.push(folder);
  return folder;
}

/** Returns a realtime.py with the method in its handler class. */
export function handler(method: string, imports = ''): Files {
  const body = method.replaceAll(/^/gm, '    ');
  return { 'realtime.py': `${imports}\n\nclass RealtimeHandler:\n${body}\n` };
}

export const isRoot = process.getuid?.() === 0;

export function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

async function pack(files: Files): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  return packZip(
    Object.entries(files).map(([path, content]) => ({
      path,
      bytes: typeof content === 'string' ? encoder.encode(content) : content,
    })),
  );
}

/** Returns whether the folder is in the arguments of the process or, for one that has overwritten them, in its mounts. */
function namesFolder(pid: number, name: string): boolean {
  try {
    return ['cmdline', 'mountinfo'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(name));
  } catch {
    return false;
  }
}
