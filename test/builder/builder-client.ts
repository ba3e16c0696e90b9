// Calls a builder's HTTP API, for tests and scripts. Throws if a response is unexpected.
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { packZip } from '../../src/archive/zip/pack.ts';
import {
  callAnswerSchema,
  contractHeader,
  contractVersion,
  type InstanceEvent,
  type InstanceSpec,
  type InstanceStatus,
  instanceEventSchema,
  instanceStatusSchema,
  type PythonSpec,
} from '../../src/contract/builder/instances.ts';
import { heldLogSchema } from '../../src/contract/builder/logs/chunk.ts';
import type { LogLine } from '../../src/contract/builder/logs/line.ts';

export const token = 'a-token-that-no-plugin-may-see';

export type Files = Record<string, string | Uint8Array<ArrayBuffer>>;

/** Returns the lines of an event stream, without the empty keep-alive lines. */
export function eventLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

export interface Answer {
  status: number;
  body: unknown;
}

export class BuilderClient {
  readonly url: string;
  #names = 0;

  constructor(url: string) {
    this.url = url;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, [contractHeader]: contractVersion };
    return fetch(this.url + path, { ...init, headers: { ...headers, ...init.headers } });
  }

  /** Returns the status and the JSON body; the body is undefined if empty. */
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
    const answer = await this.send('PUT', `/blobs/${sha256}`, archive);
    if (answer.status !== 204) throw unexpected(answer);
    return sha256;
  }

  /** Returns all events of PUT /instances/{id}. */
  async put(id: string, spec: InstanceSpec): Promise<InstanceEvent[]> {
    const response = await this.fetch(`/instances/${id}`, { method: 'PUT', body: JSON.stringify(spec) });
    const text = await response.text();
    if (response.status !== 200) throw unexpected({ status: response.status, body: text });
    return eventLines(text).map((line) => instanceEventSchema.parse(JSON.parse(line)));
  }

  /** Starts an instance of the plugin and returns its ID. */
  async run(files: Files, options: { dependencies?: string[]; name?: string } = {}): Promise<string> {
    const id = `dep_${this.#names++}`;
    const events = await this.put(id, await this.putPlugin(files, options.dependencies, options.name));
    const last = events.at(-1);
    if (last?.type !== 'ready' || last.instance.state !== 'ready') throw unexpected(last);
    return id;
  }

  invoke(id: string, inputs: unknown = {}, parameters: unknown = {}): Promise<Answer> {
    return this.send('POST', `/instances/${id}/invoke`, JSON.stringify({ inputs, parameters }));
  }

  async call(id: string, inputs: unknown = {}, parameters: unknown = {}): Promise<z.infer<typeof callAnswerSchema>> {
    const answer = await this.invoke(id, inputs, parameters);
    if (answer.status !== 200) throw unexpected(answer);
    return callAnswerSchema.parse(answer.body);
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
    return (await this.logLines(id)).map(({ stream, line }) => `${stream}: ${line}`);
  }

  /** Returns an instance's log lines in the builder's format. */
  async logLines(id: string): Promise<LogLine[]> {
    const { body } = await this.send('GET', `/logs/${id}`);
    return heldLogSchema.parse(body).chunks.flatMap(({ lines }) => lines);
  }
}

function unexpected(answer: unknown): Error {
  return new Error(`The builder answered ${JSON.stringify(answer)}`);
}

async function pack(files: Files): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  return packZip(
    Object.entries(files).map(([path, content]) => ({
      path,
      bytes: typeof content === 'string' ? new Uint8Array(encoder.encode(content)) : content,
    })),
  );
}
