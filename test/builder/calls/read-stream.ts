// Calls handlers that yield values, and reads their streams.
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { z } from 'zod';
import {
  callStreamLineSchema,
  callStreamType,
  contractHeader,
  contractVersion,
} from '../../../src/contract/builder/instances.ts';
import { type TestBuilder, token } from '../support.ts';

export function send({ url }: TestBuilder, id: string, inputs: unknown): ClientRequest {
  const headers = { authorization: `Bearer ${token}`, [contractHeader]: contractVersion, accept: callStreamType };
  const call = request(`${url}/instances/${id}/invoke`, { method: 'POST', headers });
  call.on('error', () => {});
  call.end(JSON.stringify({ inputs, parameters: {} }));
  return call;
}

export function responseTo(call: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => call.once('response', resolve).once('error', reject));
}

type StreamLine = z.infer<typeof callStreamLineSchema>;

export async function linesOf(response: IncomingMessage): Promise<StreamLine[]> {
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => callStreamLineSchema.parse(JSON.parse(line)));
}

export async function stream(builder: TestBuilder, id: string, inputs: unknown): Promise<StreamLine[]> {
  return linesOf(await responseTo(send(builder, id, inputs)));
}

export function values(lines: StreamLine[]): unknown[] {
  return lines.flatMap((line) => ('value' in line ? [line.value] : []));
}
