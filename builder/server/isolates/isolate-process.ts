// Runs one workerd with one plugin's module, and calls it over HTTP on a socket in the instance's home. Calls can't be cancelled, and a
// call that hangs blocks the others. So the process is killed when a call reaches its time limit.
import { closeSync, constants, openSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { basename, dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { builderErrorSchema } from '../../../src/contract/builder/errors.ts';
import { isolateHeaders, isolateUrls, readIsolateLine } from '../../../src/contract/builder/isolate-calls.ts';
import { helloSchema, isolateErrors } from '../../../src/contract/builder/isolates.ts';
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import { answerTooLarge } from '../../../src/contract/limits/limit-texts.ts';
import { parseJson } from '../../../src/core/json/parse.ts';
import { Refusal } from '../core/refusal.ts';
import type { Limits } from '../core/settings.ts';
import type { HostProcess, OnStep } from '../processes/host-process.ts';
import type { LogWriter } from '../processes/log-writer.ts';
import { PendingCalls } from '../processes/pending-calls.ts';
import type { HeldCall } from '../processes/plugin-call.ts';
import { crashed, diedAtStart, type ProcessEnd } from '../processes/process-end.ts';
import { ChildGroup } from '../programs/child-group.ts';
import type { Command } from '../programs/command.ts';
import { captureLines } from '../programs/line-capture.ts';
import type { MemoryUse } from '../programs/memory-watch.ts';

/** Size of the response without its result, which has up to `callBytes`. A stack trace is the longest part. */
const answerOverheadBytes = 256 * 1024;

/** Time for a process to exit after its connection closes. */
const exitMs = 1000;

/** The process exited, but not because of the plugin. */
export class ProcessLost extends Refusal {
  constructor(end?: ProcessEnd) {
    const { code, message } = crashed(end);
    super(code, message);
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * How long an idle connection is kept for the next call. workerd closes a connection after 5 s idle, which can't be changed. A call
 * sent at that moment would look like a crash.
 */
const idleConnectionMs = 2000;

export class IsolateProcess implements HostProcess {
  readonly lost: Promise<void>;
  readonly exited: Promise<string>;
  readonly #limits: Limits;
  readonly #group: ChildGroup;
  readonly #calls: PendingCalls;
  readonly #agent = new Agent({ keepAlive: true, timeout: idleConnectionMs });
  /** The socket's folder, opened so that the length of its path doesn't matter. */
  readonly #folder: number;
  readonly #socketPath: string;

  constructor(
    command: Command,
    socket: string,
    { limits, log, onCallEnded }: { limits: Limits; log: LogWriter; onCallEnded: () => void },
  ) {
    this.#limits = limits;
    this.#folder = openSync(dirname(socket), constants.O_RDONLY | constants.O_DIRECTORY);
    this.#socketPath = `/proc/self/fd/${this.#folder}/${basename(socket)}`;
    this.#group = new ChildGroup(command).onNote((line) => log.add('host', line));
    this.#calls = new PendingCalls(
      { callMs: limits.callMs, hangMs: 0, streamMs: 0 },
      {
        cancel: () => {}, // The isolate reads no other request while it runs one.
        onHang: (limitMs) => this.#group.endFor('time', `a call reached its time limit of ${limitMs} ms`),
        onEnded: onCallEnded,
      },
    );
    this.lost = this.#group.lost;
    this.exited = this.#group.exited.then((reason) => {
      this.#agent.destroy();
      closeSync(this.#folder);
      this.#calls.rejectAll(() => new ProcessLost({ reason, exceeded: this.#group.exceeded }));
      return reason;
    });
    const { stdout, stderr } = this.#group.child;
    const print = (text: string) => {
      const { stream, line, request } = readIsolateLine(text);
      log.add(stream, line, request);
      return 1;
    };
    if (stdout) captureLines(stdout, limits.logLineChars, print);
    if (stderr) captureLines(stderr, limits.logLineChars, print);
  }

  /** Loads the plugin: creates its first instance, which initializes its packages, and checks the hello message. */
  load(onStep: OnStep): Promise<StartError | undefined> {
    onStep('load');
    const died = this.exited.then((reason) => diedAtStart({ reason, exceeded: this.#group.exceeded }));
    return Promise.race([this.#load(), died]);
  }

  get running(): number {
    return this.#calls.running;
  }

  get memoryUse(): MemoryUse {
    return this.#group.memoryUse;
  }

  call({ body, requestId, cancellation, hold, limitMs }: HeldCall, waitedMs = 0): Promise<Bytes> {
    if (this.#group.isLost) return Promise.reject(new ProcessLost());
    const { id, answer } = this.#calls.add(cancellation, { limitMs, waitedMs });
    const headers = { [isolateHeaders.request]: requestId };
    const sent = this.#send(isolateUrls.call, limitMs - waitedMs, { body, headers }).finally(hold());
    void sent.then(
      (response) => this.#calls.answer(id, response) && this.#calls.ended(id),
      (refusal: Refusal) => this.#calls.refuse(id, refusal) && this.#calls.ended(id),
    );
    return answer;
  }

  async end(reason: string): Promise<void> {
    await this.#group.end(reason);
  }

  async #load(): Promise<StartError | undefined> {
    await this.#listening();
    try {
      return startErrorOf(await this.#send(isolateUrls.load, this.#limits.startMs));
    } catch (error) {
      if (this.#group.isLost) return new Promise(() => {}); // its exit provides the reason
      return { code: 'load-failed', message: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Resolves when the launcher reports that the socket exists. Connections wait there until workerd accepts them. */
  #listening(): Promise<void> {
    const lifeline = this.#group.child.stdio[3];
    if (!(lifeline instanceof Socket)) throw new Error("A process's lifeline must be a socket");
    lifeline.on('error', () => {});
    return new Promise((resolve) => lifeline.once('data', () => resolve()));
  }

  /** Returns a successful response's body. Rejects with a Refusal. */
  async #send(
    url: string,
    timeLimitMs: number,
    { body, headers = {} }: { body?: Uint8Array; headers?: Record<string, string> } = {},
  ): Promise<Bytes> {
    const limit = { [isolateHeaders.timeLimit]: String(Math.max(1, Math.floor(timeLimitMs))) };
    const { status, response } = await this.#exchange(url, { ...headers, ...limit }, body).catch(
      async (error: unknown) => {
        if (error instanceof Refusal) throw error;
        // Its exit may be noticed only after its connection closes.
        const reason = await Promise.race([this.exited, setTimeout(exitMs)]);
        throw new ProcessLost(reason === undefined ? undefined : { reason, exceeded: this.#group.exceeded });
      },
    );
    if (status === 200) return response;
    throw refusalOf(response);
  }

  #exchange(url: string, headers: Record<string, string>, body: Uint8Array = new Uint8Array()) {
    const { pathname, host } = new URL(url);
    const options = { socketPath: this.#socketPath, agent: this.#agent, method: 'POST', path: pathname };
    return new Promise<{ status: number | undefined; response: Bytes }>((resolve, reject) => {
      const sent = request({ ...options, headers: { ...headers, host, 'content-length': body.length } }, (received) => {
        const pieces: Buffer[] = [];
        let size = 0;
        received.on('data', (piece: Buffer) => {
          size += piece.length;
          if (size > this.#limits.callBytes + answerOverheadBytes) received.destroy(tooLarge(this.#limits));
          else pieces.push(piece);
        });
        received.on('end', () => resolve({ status: received.statusCode, response: Buffer.concat(pieces) }));
        received.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

function startErrorOf(response: Uint8Array): StartError | undefined {
  const hello = helloSchema.safeParse(parseJson(Buffer.from(response).toString()));
  if (!hello.success)
    return {
      code: 'artifact-invalid',
      message: "The module does not use this builder's protocol. Build it again.",
    };
  const { error } = hello.data;
  return error && { code: 'wrong-interface', message: error.message };
}

function tooLarge({ callBytes }: Pick<Limits, 'callBytes'>): Refusal {
  return new Refusal('answer-invalid', answerTooLarge(callBytes));
}

/** Reads the main module's refusal of a failed call. The main module runs alongside the plugin, so it isn't trusted either. */
function refusalOf(response: Uint8Array): Refusal {
  const parsed = builderErrorSchema.safeParse(parseJson(Buffer.from(response).toString()));
  if (!parsed.success || !isolateErrors.has(parsed.data.error.code))
    return new Refusal('answer-invalid', "The plugin's isolate answered with something other than a result.");
  const { code, message, crashes = 0 } = parsed.data.error;
  return Object.assign(new Refusal(code, message), { crashes });
}

export interface Workerd {
  executable: string;
}

/**
 * Returns workerd, or one line that says what is missing and how to fix it. `configured` is its path from the builder's settings, if
 * set.
 */
export function findWorkerd(configured?: string): Workerd | { reason: string } {
  if (configured !== undefined) return { executable: configured };
  try {
    // The package, which Miniflare depends on, exports the path of this machine's executable.
    const { default: executable } = z
      .object({ default: z.string() })
      .parse(createRequire(import.meta.resolve('miniflare'))('workerd'));
    return { executable };
  } catch {
    return { reason: 'workerd is not installed. Run `npm ci`, or set BUILDER_WORKERD, and restart the builder.' };
  }
}
