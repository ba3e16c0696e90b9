// DNS server for tests.
import { createSocket } from 'node:dgram';

export interface NameServer {
  /** Host and port. */
  address: string;
  close(): void;
}

const types: Record<number, string> = { 1: 'A', 28: 'AAAA' };
const headerBytes = 12;

/** Starts a server that answers each question with the address from `answer`, or with no address if that is empty. */
export async function nameServer(answer: (name: string, type: string) => number[]): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => {
    const labels: string[] = [];
    let at = headerBytes;
    for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
      labels.push(message.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const question = message.subarray(headerBytes, at + 5);
    const type = message.readUInt16BE(at + 1);
    const data = answer(labels.join('.'), types[type] ?? String(type));
    const header = Buffer.from([...message.subarray(0, 2), 0x81, 0x80, 0, 1, 0, data.length > 0 ? 1 : 0, 0, 0, 0, 0]);
    // A pointer to the question's name, its type, class IN, and a lifetime of 0 s.
    const record = [0xc0, headerBytes, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length, ...data];
    socket.send(Buffer.concat([header, question, Buffer.from(data.length > 0 ? record : [])]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${socket.address().port}`, close: () => socket.close() };
}
