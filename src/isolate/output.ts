// Splits a plugin call's output into lines and limits its size.
import { isolateLimits } from '../contract/limits/isolates.ts';
import type { OutputStream } from './wasi.ts';

const newline = 0x0a;

export type PrintLine = (stream: OutputStream | 'host', line: string) => void;

export class CallOutput {
  readonly #print: PrintLine;
  readonly #open: Record<OutputStream, Uint8Array[]> = { stdout: [], stderr: [] };
  readonly #openBytes: Record<OutputStream, number> = { stdout: 0, stderr: 0 };
  #bytesLeft: number = isolateLimits.outputBytes;
  #linesLeft: number = isolateLimits.outputLines;
  #isOver = false;
  /** The line in which Go's runtime says why it ends the program. */
  reason: string | undefined;

  constructor(print: PrintLine) {
    this.#print = print;
  }

  /** Copies the bytes to keep. */
  write(stream: OutputStream, bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0 && !this.#isOver) {
      const end = rest.indexOf(newline);
      this.#append(stream, end === -1 ? rest : rest.subarray(0, end));
      if (end === -1) return;
      this.#endLine(stream);
      rest = rest.subarray(end + 1);
    }
  }

  /** Prints unfinished lines. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) if (this.#open[stream].length > 0) this.#endLine(stream);
  }

  #append(stream: OutputStream, piece: Uint8Array): void {
    const kept = piece.slice(0, Math.max(0, isolateLimits.outputLineBytes - this.#openBytes[stream]));
    this.#open[stream].push(kept);
    this.#openBytes[stream] += kept.length;
    this.#bytesLeft -= piece.length;
    if (this.#bytesLeft < 0) this.#stop(stream);
  }

  #endLine(stream: OutputStream): void {
    if (this.#isOver) return;
    if (this.#linesLeft === 0) {
      this.#stop(stream);
      return;
    }
    this.#linesLeft -= 1;
    const line = decode(this.#open[stream], this.#openBytes[stream]);
    this.#open[stream] = [];
    this.#openBytes[stream] = 0;
    if (stream === 'stderr' && /^(?:panic|fatal error): /.test(line)) this.reason ??= line;
    this.#print(stream, line);
  }

  #stop(stream: OutputStream): void {
    this.#isOver = true;
    this.#open[stream] = [];
    this.#print('host', 'The call printed more than its limit. The remaining output is dropped.');
  }
}

function decode(pieces: Uint8Array[], length: number): string {
  const line = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    line.set(piece, at);
    at += piece.length;
  }
  const text = new TextDecoder().decode(line);
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
