// Starts a sender beside the primary, and asks it for changes.
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCopy, receive } from './copy.ts';
import { type Message, readMessages, send } from './messages.ts';

/** `user@host:/folder`. */
export const remote = /^(\w[\w.@-]*):(\/.+)$/;
/** A sender that sends nothing for this long is gone. Longer than a reader of `changes` waits between two values. */
const silentMs = 15_000;

/** The primary's machine answered, and has nothing for this standby. */
export class PrimaryRefused extends Error {}

export interface LastChanges {
  /** The copy's ID. */
  taker: string;
  /** Paths of objects to copy again. */
  without: ReadonlySet<string>;
}

/**
 * Copies the changes for each value: the time by the primary's clock before which everything written is in the copy. Before
 * the `last` changes, the primary must have stopped.
 */
export async function* changes(folder: string, of: string, last?: LastChanges): AsyncGenerator<string> {
  const sender = spawn(...senderCommand(of), { stdio: ['pipe', 'pipe', 'inherit'] });
  for (const stream of [sender, sender.stdin]) stream.on('error', () => {}); // its output ends too
  const next: Message = { type: 'next', ...(last && { taker: last.taker }) };
  let silent: NodeJS.Timeout | undefined;
  try {
    for await (const file of openCopy(folder, last?.without ?? new Set())) await send(sender.stdin, file);
    silent = setTimeout(() => sender.kill('SIGKILL'), silentMs);
    await send(sender.stdin, next);
    for await (const received of readMessages(sender.stdout)) {
      silent.refresh();
      if (received.message.type === 'refused') throw new PrimaryRefused(received.message.reason);
      const at = await receive(folder, received);
      if (at === undefined) continue;
      yield at;
      await send(sender.stdin, next);
    }
    throw new Error('the connection ended');
  } finally {
    clearTimeout(silent);
    sender.kill('SIGKILL');
  }
}

/** Copies the changes once. */
export async function copyOnce(folder: string, of: string, last?: LastChanges): Promise<string> {
  for await (const at of changes(folder, of, last)) return at;
  throw new Error('the connection ended');
}

/** SSH runs this, unless the standby's key is for one command only. */
function senderCommand(of: string): [command: string, args: string[]] {
  const [, host, folder = ''] = remote.exec(of) ?? [];
  if (host === undefined)
    return [process.execPath, [fileURLToPath(import.meta.resolve('../standby.ts')), '--send', of]];
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const command = `cd ${quoted(dirname(folder))} && npm run -s standby -- --send ${quoted(folder)}`;
  const options = ['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5', '-o', 'ServerAliveInterval=3'];
  return ['ssh', [...options, host, command]];
}
