// Defines the messages between a standby and its primary: lines of JSON, each after its SHA-256, so that a changed byte is found.
import { hash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { z } from 'zod';

/** Names of files that a copy has. No part starts with a dot. */
const path = z.string().regex(/^(?:platform\/v3\/(?:d1|r2)(?:\/[\w-][\w.-]*)+|(?:state|secrets|local)\.json)$/);
const number = z.int().min(0);
const data = z.string().transform((text) => Buffer.from(text, 'base64'));

const messageSchema = z.discriminatedUnion('type', [
  /** The standby has this file. For a database, `data` has the digests of its blocks. */
  z.object({ type: z.literal('have'), path, data }),
  /** The standby asks for the changes. For the last ones, `taker` is its ID: the primary must have stopped, and can't start again. */
  z.object({ type: z.literal('next'), taker: z.uuid().optional() }),
  /** Changed blocks of a file. The last ones have its size. */
  z.object({ type: z.literal('blocks'), path, numbers: z.array(number), data, size: number.optional() }),
  /** Part of a new object. */
  z.object({ type: z.literal('object'), path, offset: number, last: z.boolean(), data }),
  z.object({ type: z.literal('remove'), path }),
  /** The end of the changes. The copy has everything that was written before `at` by the primary's clock. */
  z.object({ type: z.literal('commit'), at: z.iso.datetime() }),
  z.object({ type: z.literal('refused'), reason: z.string() }),
]);
export type Message = z.output<typeof messageSchema>;

export const blockBytes = 4096;
export const partBytes = 64 * blockBytes;
/** A peer that reads nothing for this long is gone. The primary must not keep a transaction open for it. */
const stallMs = 30_000;
const sumCharacters = 64;

export const digestBytes = 32;
export const digest = (block: Buffer): Buffer => hash('sha256', block, 'buffer');

export function split(bytes: Buffer, partSize = blockBytes): Buffer[] {
  const count = Math.ceil(bytes.length / partSize);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * partSize, (index + 1) * partSize));
}

export async function send(to: Writable, message: Message): Promise<void> {
  const text = JSON.stringify('data' in message ? { ...message, data: message.data.toString('base64') } : message);
  const stall = setTimeout(() => to.destroy(new Error('the other side reads nothing')), stallMs);
  const line = `${hash('sha256', text)} ${text}\n`;
  await new Promise<void>((resolve, reject) => {
    to.write(line, (cause) => (cause ? reject(new Error('the connection ended', { cause })) : resolve()));
  }).finally(() => clearTimeout(stall));
}

export type Received = { message: Message; line: string };

export async function* readMessages(from: AsyncIterable<Buffer>): AsyncGenerator<Received> {
  let rest = '';
  for await (const chunk of from) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [sum, text] = [line.slice(0, sumCharacters), line.slice(sumCharacters + 1)];
      if (sum !== hash('sha256', text)) throw new Error('a message was changed on the way');
      yield { message: messageSchema.parse(JSON.parse(text)), line };
    }
  }
}
