// Sends calls with large bodies at the same time: complete ones, and ones that never end.
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { loopback } from '../../scripts/local/ports.ts';
import type { Inspected } from './server.ts';

const bodyBytes = 8_000_000;
/** Longer than the time after which a body finds no room. */
const heldMs = 15_000;

type Local = Inspected['local'];

/** The plugin does not exist, which is said once the body was read and parsed. */
const pathOf = ({ namespace_id }: Local) => `/v1/namespaces/${namespace_id}/plugins/nothing_1_0_0/realtime/test`;

/** Sends them until none is refused for want of room. Prints how often that was. */
export async function sendCalls({ local }: Inspected, count: number, inputs: object): Promise<void> {
  const body = JSON.stringify({ inputs });
  const headers = { authorization: `Bearer ${local.api_key}` };
  let refused = 0;
  const send = async (): Promise<void> => {
    const response = await fetch(local.url + pathOf(local), { method: 'POST', headers, body });
    await response.text();
    if (response.status !== 503) return;
    refused += 1;
    await delay(2000);
    return send();
  };
  await Promise.all(Array.from({ length: count }, send));
  console.error(`${count} calls of ${body.length} bytes, refused ${refused} times`);
}

/** Sends all of each call but its last byte, and closes the connections later. */
export async function sendUnfinished({ local }: Inspected, count: number): Promise<void> {
  const { port, host } = new URL(local.url);
  const head = `POST ${pathOf(local)} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${local.api_key}\r\ncontent-length: ${bodyBytes}\r\n\r\n`;
  const open = (): Socket => {
    const socket = connect(Number(port), loopback);
    socket.on('error', () => {}).resume();
    socket.write(head);
    socket.write(Buffer.alloc(bodyBytes - 1, ' '));
    return socket;
  };
  const sockets = Array.from({ length: count }, open);
  await delay(heldMs);
  for (const socket of sockets) socket.destroy();
}

/** One text, and values that take much more than their bytes. */
export const inputsOf = {
  text: { text: 'x'.repeat(bodyBytes) },
  values: { values: Array.from({ length: bodyBytes / 3 - 100 }, () => ({})) },
};
