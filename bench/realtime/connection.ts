// Sends requests over one connection and reads the responses in order, with as little work as possible. Node's own client would need
// more time per call than a fast server does.
import { connect, type Socket } from 'node:net';

export interface Response {
  status: number;
  /** One character per byte. */
  body: string;
}

const headEnd = '\r\n\r\n';
const lastChunk = '0\r\n\r\n';

/** Returns the bytes of a POST request. */
export function requestBytes(request: { url: string; headers: Record<string, string>; body: string }): Buffer {
  const { host, pathname, search } = new URL(request.url);
  const body = Buffer.from(request.body);
  const headers = { host, ...request.headers, 'content-length': String(body.length) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}

export class Connection {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #received = '';
  /** The head of the response being received; undefined until it is complete. */
  #head: Head | undefined;
  #settle: { resolve(response: Response): void; reject(error: Error): void } | undefined;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
  }

  /**
   * Sends a request, on a new connection if the last one was closed. Rejects if the connection closes before the response is complete.
   */
  send(request: Buffer): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket ??= this.#open();
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect(this.#port, this.#host).setNoDelay().setEncoding('latin1');
    socket.on('data', (text: string) => this.#onText(text));
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      this.#received = '';
      this.#head = undefined;
      this.#settle?.reject(new Error('the connection was closed'));
      this.#settle = undefined;
    });
    return socket;
  }

  #onText(text: string): void {
    this.#received += text;
    this.#head ??= parseHead(this.#received);
    if (!this.#head || !isComplete(this.#received, this.#head)) return;
    const response = { status: this.#head.status, body: this.#received.slice(this.#head.length) };
    this.#received = '';
    this.#head = undefined;
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve(response);
  }
}

interface Head {
  status: number;
  /** Number of bytes, with the empty line. */
  length: number;
  /** Undefined if the body is chunked. */
  bodyLength: number | undefined;
}

function parseHead(text: string): Head | undefined {
  const end = text.indexOf(headEnd);
  if (end === -1) return undefined;
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end)) ?? [];
  const bodyLength = length === undefined ? undefined : Number(length);
  return { status: Number(text.slice(9, 12)), length: end + headEnd.length, bodyLength };
}

/** Chunked bodies stay encoded. */
function isComplete(text: string, { bodyLength, length }: Head): boolean {
  return bodyLength === undefined ? text.endsWith(lastChunk) : text.length >= length + bodyLength;
}
