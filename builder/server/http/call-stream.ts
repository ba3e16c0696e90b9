// Writes a handler's yielded values to its call's response, as JSON lines. If nothing is yielded for a while, an empty line keeps the
// connection open.
import type { ServerResponse } from 'node:http';
import { callStreamType } from '../../../src/contract/builder/instances.ts';
import { builderRequests } from '../../../src/contract/limits/builder.ts';
import type { StreamReader } from '../processes/plugin-call.ts';

const valueStart = Buffer.from('{"value":');
const endStart = Buffer.from('{"end":');
const lineEnd = Buffer.from('}\n');

export class CallStream implements StreamReader {
  readonly #outgoing: ServerResponse;
  readonly #headers: () => Record<string, string>;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(outgoing: ServerResponse, headers: () => Record<string, string>) {
    this.#outgoing = outgoing;
    this.#headers = headers;
  }

  get hasBegun(): boolean {
    return this.#outgoing.headersSent;
  }

  begin(): void {
    this.#outgoing.writeHead(200, { 'content-type': callStreamType, ...this.#headers() });
    this.#outgoing.flushHeaders();
    this.#heartbeat = setInterval(() => this.#outgoing.write('\n'), builderRequests.heartbeatMs);
    this.#outgoing.once('close', () => clearInterval(this.#heartbeat));
  }

  value(json: Uint8Array, taken: () => void): void {
    this.#heartbeat?.refresh();
    this.#outgoing.write(Buffer.concat([valueStart, json, lineEnd]), taken);
  }

  /** Ends the stream with its call's answer. */
  end(answer: Uint8Array): void {
    this.#outgoing.end(Buffer.concat([endStart, answer, lineEnd]));
  }

  /** Ends the stream with an error body. */
  fail(body: string): void {
    this.#outgoing.end(`${body}\n`);
  }
}
