// Reads a request's body from the connection. Rejects as soon as it is too large.
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../core/refusal.ts';
import type { Limits } from '../core/settings.ts';
import type { Instance } from '../instances/instance.ts';

export async function readBody(incoming: IncomingMessage, bytesMax: number): Promise<Buffer> {
  checkAnnouncedSize(incoming, bytesMax);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > bytesMax) {
        chunks.length = 0;
        incoming.removeAllListeners('data');
        reject(tooLarge(bytesMax));
      } else {
        chunks.push(chunk);
      }
    });
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)));
    const endedEarly = () => reject(new Refusal('invalid-request', 'The request body ended early.'));
    incoming.on('error', endedEarly);
    incoming.on('close', () => {
      if (!incoming.complete) endedEarly();
    });
  });
}

/** Reads a call's body if the instance has capacity for it. Otherwise the body stays unread. */
export async function readCall(
  instance: Pick<Instance, 'receive'>,
  incoming: IncomingMessage,
  { callAddedBytes, callBytes }: Pick<Limits, 'callAddedBytes' | 'callBytes'>,
): Promise<Buffer> {
  const bytesMax = callBytes + callAddedBytes;
  checkAnnouncedSize(incoming, bytesMax);
  const received = instance.receive(Number(incoming.headers['content-length'] ?? bytesMax));
  try {
    return await readBody(incoming, bytesMax);
  } finally {
    received();
  }
}

/** Throws a Refusal if `content-length` is too large, before the body is read. */
export function checkAnnouncedSize(incoming: IncomingMessage, bytesMax: number): void {
  if (Number(incoming.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
}

function tooLarge(bytesMax: number): Refusal {
  return new Refusal('body-too-large', `The request body has more than ${bytesMax} bytes.`);
}
