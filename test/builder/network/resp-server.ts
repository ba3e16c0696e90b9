// A small store that speaks RESP, as Redis does: SET, MGET, DEL, KEYS and PING.
import { createServer, type Server } from 'node:net';

export interface RespServer {
  port: number;
  values: Map<string, string>;
  close(): void;
}

const bulk = (text: string | undefined) =>
  text === undefined ? '$-1\r\n' : `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
const list = (items: (string | undefined)[]) => `*${items.length}\r\n${items.map(bulk).join('')}`;

function answer(values: Map<string, string>, [command = '', ...args]: string[]): string {
  switch (command) {
    case 'PING':
      return '+PONG\r\n';
    case 'SET':
      values.set(args[0] ?? '', args[1] ?? '');
      return '+OK\r\n';
    case 'MGET':
      return list(args.map((key) => values.get(key)));
    case 'KEYS':
      return list([...values.keys()].filter((key) => key.startsWith((args[0] ?? '').replace('*', ''))));
    case 'DEL':
      return `:${args.filter((key) => values.delete(key)).length}\r\n`;
    default:
      return `-ERR unknown command ${command}\r\n`;
  }
}

/** Returns the first whole command and the remaining text, or undefined if the command is incomplete. The tests' commands are ASCII. */
function parse(text: string): { command: string[]; rest: string } | undefined {
  const lines = text.split('\r\n');
  const count = Number(/^\*(\d+)$/.exec(lines[0] ?? '')?.[1] ?? Number.NaN);
  if (Number.isNaN(count) || lines.length < 2 * count + 2) return undefined;
  const command = Array.from({ length: count }, (_, i) => lines[2 * i + 2] ?? '');
  return { command, rest: lines.slice(2 * count + 1).join('\r\n') };
}

export async function respServer(): Promise<RespServer> {
  const values = new Map<string, string>();
  const server: Server = createServer((socket) => {
    let received = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      received += chunk;
      for (let next = parse(received); next; next = parse(received)) {
        received = next.rest;
        socket.write(answer(values, next.command));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, values, close: () => server.close() };
}
