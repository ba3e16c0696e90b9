// One process of a compiled plugin: it says hello, then answers JSON lines on its standard streams. builder/host-go/slipwayhost is
// the other end, compiled into the plugin's own program, so nothing that it says is taken on trust.
import { z } from 'zod';
import {
  type ExecutableSpec,
  executableKinds,
  operationSchema,
  type StartError,
} from '../../../src/contract/builder.ts';
import type { LogRing } from '../instances/log-ring.ts';
import { ChildGroup } from '../processes/child-group.ts';
import type { HostProcess, OnStep } from '../processes/host-process.ts';
import { captureLines } from '../processes/line-capture.ts';
import { PendingCalls } from '../processes/pending-calls.ts';
import { Refusal } from '../refusal.ts';
import type { Command } from '../sandbox/sandbox.ts';
import type { Limits } from '../settings.ts';
import { MessageLines } from './message-lines.ts';

const protocolVersion = 1;

const helloSchema = z.object({
  slipway: z.int(),
  kind: z.enum(executableKinds).optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** An answer is a result of up to `callBytes` and the few words around it; a stack trace is the longest of them. */
const answerOverheadBytes = 256 * 1024;
/** What may be printed before hello, by whatever runs before main. */
const noiseLinesMax = 1000;
/** How long it may take to leave when its standard input has closed. */
const leaveMs = 1000;
const pingId = 'ping';

export class ExecutableProcess implements HostProcess {
  readonly lost: Promise<void>;
  readonly exited: Promise<string>;
  readonly #kind: ExecutableSpec['kind'];
  readonly #log: LogRing;
  readonly #group: ChildGroup;
  readonly #calls: PendingCalls;
  readonly #pingMs: number;
  #saidHello = false;
  #noiseLines = 0;
  #pingsOpen = 0;
  #started: (failure: StartError | undefined) => void = () => {};

  constructor(command: Command, limits: Limits, log: LogRing, kind: ExecutableSpec['kind']) {
    this.#kind = kind;
    this.#log = log;
    this.#pingMs = limits.pingMs;
    this.#group = new ChildGroup(command);
    this.#calls = new PendingCalls(
      limits.callMs,
      limits.hangMs,
      () => {}, // Go has no way to stop it
      () => this.#kill(`a call went on ${limits.hangMs} ms after its time limit`),
    );
    this.lost = this.#group.lost;
    this.exited = this.#group.exited.then((reason) => {
      this.#calls.rejectAll(crashed);
      return reason;
    });
    const { stdout, stderr } = this.#group.child;
    if (stderr) captureLines(stderr, limits.logLineChars, (line) => log.add('stderr', line));
    const lines = new MessageLines(limits.callBytes + answerOverheadBytes, (line) => this.#onLine(line));
    stdout?.on('error', () => {});
    stdout?.on('data', (chunk) => this.#heed(() => lines.push(chunk)));
  }

  load(onStep: OnStep): Promise<StartError | undefined> {
    onStep('load');
    return new Promise((resolve) => {
      this.#started = (failure) => {
        resolve(failure);
        if (!failure) this.#keepPinging();
      };
      this.exited.then((reason) => resolve({ code: 'process-died', message: `the process ended: ${reason}` }));
    });
  }

  call(body: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#group.isLost) return Promise.reject(crashed());
    let line: Buffer;
    try {
      line = operationMembers(body);
    } catch (error) {
      return Promise.reject(error);
    }
    const { id, answer } = this.#calls.add();
    this.#write(Buffer.concat([Buffer.from(`{"id":${id},`), line]));
    return answer;
  }

  async end(reason: string): Promise<void> {
    await this.#group.end(reason, leaveMs);
  }

  #kill(reason: string): void {
    void this.#group.end(reason);
  }

  #write(line: Buffer): void {
    const { stdin } = this.#group.child;
    stdin?.cork();
    stdin?.write(line);
    stdin?.write('\n');
    process.nextTick(() => stdin?.uncork());
  }

  /** What breaks the protocol ends the process. */
  #heed(listen: () => void): void {
    try {
      listen();
    } catch (error) {
      this.#kill(`it broke the protocol: ${error instanceof Error ? error.message : error}`);
    }
  }

  #onLine(line: Buffer<ArrayBuffer>): void {
    if (!this.#saidHello) {
      this.#onFirstLines(line);
      return;
    }
    const { id, rest } = splitAnswer(line);
    if (id === pingId) this.#pingsOpen = 0;
    else if (!this.#calls.answer(Number(id), rest)) throw new Error('an answer to no call');
    else this.#calls.ended(Number(id));
  }

  /** Packages print as they are initialized, before the host has standard output to itself. */
  #onFirstLines(line: Buffer): void {
    const text = line.toString('utf8');
    const hello = helloSchema.safeParse(parseJson(text));
    if (!hello.success) {
      if (++this.#noiseLines > noiseLinesMax) throw new Error('too much is printed before its first word');
      this.#log.add('stdout', text);
      return;
    }
    this.#saidHello = true;
    this.#started(this.#misfit(hello.data));
  }

  #misfit({ slipway, kind, error }: z.infer<typeof helloSchema>): StartError | undefined {
    if (slipway !== protocolVersion) {
      const message = `the executable speaks version ${slipway} of the host's protocol, not ${protocolVersion}`;
      return { code: 'artifact-invalid', message };
    }
    if (error) return { code: 'wrong-interface', message: error.message };
    if (kind !== this.#kind) {
      return { code: 'wrong-interface', message: `Plugin is a ${kind} plugin, not a ${this.#kind} plugin` };
    }
    return undefined;
  }

  /** Two unanswered in a row: one might be this process's own lateness. */
  #keepPinging(): void {
    const timer = setInterval(() => {
      if (this.#pingsOpen >= 2) return this.#kill('it does not answer');
      this.#pingsOpen++;
      this.#write(Buffer.from(`{"id":"${pingId}","method":"ping"}`));
    }, this.#pingMs);
    timer.unref();
    void this.lost.then(() => clearInterval(timer));
  }
}

function crashed(): Refusal {
  return new Refusal('instance-crashed', 'the process that ran this call ended');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The body without its opening brace, on one line: numbers stay as they were written. It is an object of the known keys and no
 * others, so nothing in it can pass for the id of another call.
 */
function operationMembers(body: Uint8Array): Buffer {
  const text = Buffer.from(body).toString('utf8');
  const parsed = operationSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Refusal('invalid-request', `not an operation: ${parsed.error.issues[0]?.message ?? 'no JSON'}`);
  }
  const from = text.indexOf('{') + 1;
  return Buffer.from(text.slice(from).replaceAll(/[\r\n]/g, ' '));
}

const answerStart = /^\{"id":(?:"(ping)"|(\d{1,10})),/;

/** `{"id":7,"result":1}` → 7 and `{"result":1}`. */
function splitAnswer(line: Buffer<ArrayBuffer>): { id: string; rest: Buffer<ArrayBuffer> } {
  const found = answerStart.exec(line.toString('latin1', 0, 24));
  const id = found?.[1] ?? found?.[2];
  if (!found || id === undefined) throw new Error('a line that is no answer');
  const rest = line.subarray(found[0].length - 1);
  rest[0] = 0x7b; // the comma becomes the opening brace
  return { id, rest };
}
