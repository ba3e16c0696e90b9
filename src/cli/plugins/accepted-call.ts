// Shows a call that was accepted and is answered later.
import type { LaterCall } from '../../client/client.ts';
import type { CommandResult } from '../command.ts';
import { printable } from '../terminal/terminal-text.ts';

export function acceptedResult(call: LaterCall): CommandResult {
  const id = printable(call.call_id);
  return { json: call, text: `✓ ${id} is ${call.status}\n  next     slipway calls show ${id} --wait 20\n` };
}

/** The headers of a call whose result is sent to this URL. */
export function callbackHeaders(url: string | undefined): { 'slipway-callback'?: string } {
  return url === undefined ? {} : { 'slipway-callback': url };
}
