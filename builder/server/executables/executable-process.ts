// Runs one process of a compiled plugin. The process sends a hello message, then answers JSON lines on its standard streams. The other
// end is builder/host-go/slipwayhost, which is compiled into the plugin's program, so its messages aren't trusted.
import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { type ExecutableSpec, executableKinds, operationSchema } from '../../../src/contract/builder/instances.ts';
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import { answerTooLarge } from '../../../src/contract/limits/limit-texts.ts';
import { parseJson } from '../../../src/core/json/parse.ts';
import { Refusal } from '../core/refusal.ts';
import type { Limits } from '../core/settings.ts';
import { CallMarks } from '../processes/call-marks.ts';
import type { HostProcess, OnStep } from '../processes/host-process.ts';
import type { LogWriter } from '../processes/log-writer.ts';
import { PartialDeadline, PendingCalls } from '../processes/pending-calls.ts';
import type { HeldCall } from '../processes/plugin-call.ts';
import { crashed, diedAtStart, hangEnd, protocolViolated } from '../processes/process-end.ts';
import { ChildGroup } from '../programs/child-group.ts';
import type { Command } from '../programs/command.ts';
import { captureLines } from '../programs/line-capture.ts';
import type { MemoryUse } from '../programs/memory-watch.ts';
import { ReadCredit } from '../programs/read-credit.ts';
import { LineTooLong, MessageLines } from './message-lines.ts';

const protocolVersion = 1;

const helloSchema = z.object({
  slipway: z.int(),
  kind: z.enum(executableKinds).optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** Size of the response without its result, which has up to `callBytes`. A stack trace is the longest part. */
const answerOverheadBytes = 256 * 1024;
/** Maximum number and length of the lines that packages may print during initialization, before hello. */
const noiseLinesMax = 1000;
const noiseLineBytesMax = 64 * 1024;
/** Time for the process to exit after its standard input closes. */
const exitGraceMs = 1000;
const pingBytes = 8;

/** The plugin facts that its process needs. */
export type ExecutablePlugin = Pick<ExecutableSpec, 'kind' | 'secrets'>;

export class ExecutableProcess implements HostProcess {
  readonly lost: Promise<void>;
  readonly exited: Promise<string>;
  readonly #plugin: ExecutablePlugin;
  readonly #log: LogWriter;
  readonly #group: ChildGroup;
  readonly #calls: PendingCalls;
  readonly #marks: CallMarks;
  readonly #limits: Limits;
  readonly #lines: MessageLines;
  #credit: ReadCredit | undefined;
  #hasSentHello = false;
  #noiseLines = 0;
  /** IDs of unanswered pings, which the process can't guess. */
  readonly #pings = new Set<string>();
  #onReady: () => void = () => {};
  #settleStart: (failure: StartError | undefined) => void = () => {};

  constructor(
    command: Command,
    { limits, log, onCallEnded }: { limits: Limits; log: LogWriter; onCallEnded: () => void },
    plugin: ExecutablePlugin,
  ) {
    this.#plugin = plugin;
    this.#log = log;
    this.#marks = new CallMarks((line, request) => log.add('stderr', line, request));
    this.#limits = limits;
    this.#group = new ChildGroup(command).onNote((line) => log.add('host', line));
    this.#calls = new PendingCalls(limits, {
      cancel: () => {}, // A goroutine can't be cancelled from outside.
      onHang: (limitMs) => this.#group.endFor(...hangEnd(limitMs, limits)),
      onEnded: onCallEnded,
    });
    this.lost = this.#group.lost;
    this.exited = this.#group.exited.then((reason) => {
      this.#calls.rejectAll(() => crashed({ reason, exceeded: this.#group.exceeded }));
      return reason;
    });
    const { stdout, stderr } = this.#group.child;
    if (stderr) captureLines(stderr, limits.logLineChars, (line) => this.#marks.read(line));
    const deadline = new PartialDeadline(limits.partialMs, () => this.#endViolator('an incomplete line'));
    this.#lines = new MessageLines(noiseLineBytesMax, deadline, (line) => this.#onLine(line));
    if (stdout) this.#readFrom(stdout, deadline);
  }

  #readFrom(stdout: Readable, deadline: PartialDeadline): void {
    this.#credit = new ReadCredit(stdout);
    stdout.on('error', () => {});
    stdout.on('close', () => deadline.clear());
    stdout.on('data', (chunk: Buffer<ArrayBuffer>) => {
      try {
        this.#lines.push(chunk);
      } catch (error) {
        if (error instanceof LineTooLong && this.#hasSentHello) this.#endTalker(error.message);
        else this.#endViolator(error instanceof Error ? error.message : String(error));
      }
    });
  }

  load(onStep: OnStep): Promise<StartError | undefined> {
    onStep('load');
    return new Promise((resolve) => {
      this.#settleStart = (failure) => {
        resolve(failure);
        if (!failure) this.#keepPinging();
      };
      this.exited.then((reason) => resolve(diedAtStart({ reason, exceeded: this.#group.exceeded })));
    });
  }

  get running(): number {
    return this.#calls.running;
  }

  get memoryUse(): MemoryUse {
    return this.#group.memoryUse;
  }

  call({ body, requestId, cancellation, hold, limitMs }: HeldCall, waitedMs = 0): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#group.isLost) return Promise.reject(crashed());
    let members: Buffer;
    try {
      members = operationMembers(body);
    } catch (error) {
      return Promise.reject(error);
    }
    const { id, answer } = this.#calls.add(cancellation, { limitMs, waitedMs });
    this.#marks.sent(id, requestId);
    this.#write([`{"id":${id},`, members], hold());
    return answer;
  }

  async end(reason: string): Promise<void> {
    await this.#group.end(reason, exitGraceMs);
  }

  #kill(reason: string): void {
    void this.#group.end(reason);
  }

  /** Also calls `onWritten` when the line can no longer be written. */
  #write(parts: (string | Buffer)[], onWritten?: () => void): void {
    const { stdin } = this.#group.child;
    stdin?.cork();
    for (const part of parts) stdin?.write(part);
    stdin?.write('\n', onWritten);
    process.nextTick(() => stdin?.uncork());
  }

  /** Kills a process that violated the protocol. Its pending answers can't be trusted, so its calls get no result. */
  #endViolator(violation: string): void {
    this.#calls.rejectAll(() => protocolViolated(violation));
    this.#kill(`it violated the protocol: ${violation}`);
  }

  /** Fails all calls after an oversized message. It can't be read, so its call is unknown. */
  #endTalker(violation: string): void {
    this.#calls.rejectAll(() => new Refusal('answer-invalid', answerTooLarge(this.#limits.callBytes)));
    this.#kill(`it answered with ${violation}`);
  }

  #onLine(line: Buffer<ArrayBuffer>): void {
    if (!this.#hasSentHello) {
      this.#onLineBeforeHello(line);
      return;
    }
    const { id, rest } = splitAnswer(line);
    if (this.#pings.has(id)) this.#onPong();
    else if (!this.#calls.answer(Number(id), rest)) throw new Error('a response without a call');
    else this.#calls.ended(Number(id));
  }

  /** Packages may print during initialization, before the host redirects standard output. */
  #onLineBeforeHello(line: Buffer): void {
    const text = line.toString('utf8');
    const hello = helloSchema.safeParse(parseJson(text));
    if (!hello.success) {
      if (++this.#noiseLines > noiseLinesMax) throw new Error('too much output before hello');
      this.#credit?.charge(line.length, 1);
      this.#log.add('stdout', text);
      return;
    }
    this.#hasSentHello = true;
    this.#lines.bytesMax = this.#limits.callBytes + answerOverheadBytes;
    const failure = this.#checkHello(hello.data);
    if (failure) {
      this.#settleStart(failure);
    } else {
      // A package may have printed this line during initialization, so the process counts as ready only when it answers a ping.
      this.#onReady = () => this.#settleStart(undefined);
      this.#sendSecrets();
      this.#ping();
    }
  }

  /**
   * Sends the secrets, which the host doesn't answer. The host reads lines in order, so the plugin has its secrets before its first
   * call.
   */
  #sendSecrets(): void {
    const { secrets } = this.#plugin;
    if (secrets) this.#write([JSON.stringify({ method: 'secrets', params: secrets })]);
  }

  #onPong(): void {
    this.#pings.clear();
    this.#onReady();
    this.#onReady = () => {};
  }

  #ping(): void {
    const id = `ping-${randomBytes(pingBytes).toString('hex')}`;
    this.#pings.add(id);
    this.#write([`{"id":"${id}","method":"ping"}`]);
  }

  #checkHello({ slipway, kind, error }: z.infer<typeof helloSchema>): StartError | undefined {
    if (slipway !== protocolVersion) {
      const message = `The executable uses version ${slipway} of the host protocol, this builder version ${protocolVersion}. Build it again.`;
      return { code: 'artifact-invalid', message };
    }
    if (error) return { code: 'wrong-interface', message: error.message };
    if (kind !== this.#plugin.kind) {
      return {
        code: 'wrong-interface',
        message: `\`Plugin\` is a ${kind} plugin, not a ${this.#plugin.kind} plugin. Install it as a ${kind} plugin.`,
      };
    }
    return undefined;
  }

  /** Kills the process after two unanswered pings. A single one may be due to a delay in the builder. */
  #keepPinging(): void {
    const timer = setInterval(() => {
      if (this.#pings.size >= 2) this.#kill('it stopped responding');
      else this.#ping();
    }, this.#limits.pingMs);
    timer.unref();
    void this.lost.then(() => clearInterval(timer));
  }
}

/**
 * Returns the body on one line, without its opening brace, so that it can follow the call's ID without being copied. The body isn't
 * parsed and rewritten, so numbers keep their digits. It must be an object with known keys only, so it can't contain another call's ID.
 */
function operationMembers(body: Uint8Array): Buffer {
  const parsed = operationSchema.safeParse(isUtf8(body) ? parseJson(new TextDecoder().decode(body)) : undefined);
  if (!parsed.success) {
    throw new Refusal('invalid-request', `Invalid operation: ${parsed.error.issues[0]?.message ?? 'not JSON'}.`);
  }
  const from = body.indexOf(openingBrace) + 1;
  return onOneLine(Buffer.from(body.buffer, body.byteOffset + from, body.byteLength - from));
}

const openingBrace = 0x7b;

/** Replaces the JSON's line breaks, which occur only between tokens. */
function onOneLine(json: Buffer): Buffer {
  for (const lineBreak of ['\n', '\r'])
    for (let at = json.indexOf(lineBreak); at !== -1; at = json.indexOf(lineBreak, at + 1)) json[at] = 0x20;
  return json;
}

const responseStart = /^\{"id":(?:"(ping-[0-9a-f]{16})"|(\d{1,10})),/;
const responseStartBytes = 40;

/** Splits the ID off a response: `{"id":7,"result":1}` → 7 and `{"result":1}`. */
function splitAnswer(line: Buffer<ArrayBuffer>): { id: string; rest: Buffer<ArrayBuffer> } {
  const found = responseStart.exec(line.toString('latin1', 0, responseStartBytes));
  const id = found?.[1] ?? found?.[2];
  if (!found || id === undefined) throw new Error('a line that is not a response');
  const rest = line.subarray(found[0].length - 1);
  rest[0] = 0x7b; // the comma becomes the opening brace
  return { id, rest };
}
