// Runs `npm run standby` on a primary's state folder. A program in the place of `ssh` starts the sender on this machine, like a key for one
// command only.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished } from 'vitest';
import { readStandby } from '../../../scripts/local/state-folder.ts';
import { killGroup } from '../../../scripts/local/supervise.ts';
import { waitFor } from '../../support/waiting.ts';

const script = resolve('scripts/standby.ts');
/** Fails like an unreachable machine while `ssh.down` exists. */
const ssh = `#!/bin/sh
[ ! -e "$0.down" ] || exit 255
"$SENDER_NODE" '${script}' --send "$SENDER_STATE" | sh -c "\${SSH_FILTER:-cat}"
`;

export interface Standby {
  copy: string;
  /** Starts `npm run standby -- --of`. `filter` is a command through which everything from the primary passes. */
  follow(filter?: string): ChildProcess;
  promote(filter?: string): Promise<Ended>;
  /** The environment with the program in the place of `ssh`. */
  env: NodeJS.ProcessEnv;
  /** Cuts the connection to the primary. */
  disconnect(): Promise<void>;
  connect(): Promise<void>;
}

export interface Ended {
  code: number | null;
  output: string;
}

export async function standbyOf(primary: string, at?: string): Promise<Standby> {
  const folder = await temporaryFolder();
  const copy = at ?? join(folder, 'copy');
  await writeFile(join(folder, 'ssh'), ssh, { mode: 0o755 });
  const reach = {
    PATH: `${folder}${delimiter}${process.env.PATH}`,
    SENDER_NODE: process.execPath,
    SENDER_STATE: primary,
  };
  const env = { ...process.env, ...reach };
  const start = (filter: string | undefined, ...args: string[]) => startStandby(args, { ...env, SSH_FILTER: filter });
  return {
    copy,
    env,
    follow: (filter) => start(filter, '--of', `me@primary:${primary}`, copy),
    promote: (filter) => ended(start(filter, '--promote', copy)),
    disconnect: () => writeFile(join(folder, 'ssh.down'), ''),
    connect: () => rm(join(folder, 'ssh.down')),
  };
}

/** Starts the command in its own process group. */
export function startStandby(args: string[], env = process.env): ChildProcess {
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  onTestFinished(() => killGroup(child));
  return child;
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const closed = new Promise<number | null>((exited) => child.once('close', exited));
  const outputs = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : ''));
  return { output: (await Promise.all(outputs)).join(''), code: await closed };
}

/** Waits until the copy has changes that were asked for after now. */
export async function copied(copy: string): Promise<void> {
  const now = new Date().toISOString();
  await waitFor(async () => expect((await readStandby(copy))?.asked_at).toSatisfy((askedAt = '') => askedAt > now));
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-standby-'));
  await chmod(folder, 0o711); // or root's builder moves its files to /var/lib/slipway
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
