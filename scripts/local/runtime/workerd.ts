// Runs workerd on the stored configuration of the Worker, without Miniflare in memory, and starts it again when it dies (decision 78).
import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { loopback } from '../ports.ts';
import { supervise } from '../supervise.ts';
import { runtimeConfigFile } from './runtime-folder.ts';
import { readableMessage, runtimeLine } from './runtime-messages.ts';

export interface LocalWorker {
  /** Runs the cron handler, which workerd never does by itself. */
  tick(): Promise<void>;
  /** Replaces a workerd that does not answer. */
  restart(): void;
  dispose(): Promise<void>;
}

export interface WorkerdSettings {
  state: string;
  /** Authorizes the clock. */
  adminToken: string;
  /** How long workerd may take until it listens. */
  listenMs?: number;
  /** Where the inspector of the Workers listens, if one is wanted. */
  inspectorPort?: number;
  /** Prints every line that the Workers log, not only warnings and errors. */
  verbose: boolean;
  onLine(line: string): void;
  /** Called when workerd runs again after it ended. */
  onRestart(): void;
}

/** Says to the clock how many bytes of memory workerd has. */
export const memoryHeaderName = 'slipway-memory';
/** The sockets of the clock and of the Worker, which Miniflare names by the order of the Workers. */
const clockSocket = 'direct:0:default';
const socketNames = [clockSocket, 'direct:1:default'];
/** A workerd that does not listen by then hangs. */
const listenMsDefault = 60_000;
/** Miniflare's own server, to which simulators report internal errors. They print them where nothing answers. */
const nowhere = `${loopback}:1`;
const listenSchema = z.object({ socket: z.string(), port: z.number() });

/** Resolves when workerd listens. */
export async function startWorkerd(settings: WorkerdSettings): Promise<LocalWorker> {
  const { state, adminToken, listenMs = listenMsDefault, inspectorPort, verbose, onLine, onRestart } = settings;
  let ports: Map<string, number> | undefined;
  let listening: Promise<Map<string, number> | undefined> | undefined;
  let pid: number | undefined;
  const supervisor = await supervise({
    name: 'worker',
    stopSignal: 'SIGKILL',
    onLine,
    onRestart,
    launch: async () => {
      const config = await open(runtimeConfigFile(state));
      try {
        const child = spawnWorkerd(config, inspectorPort);
        pid = child.pid;
        // Reads at once: Node discards what a process that has already ended wrote, and the end of its streams would never be seen.
        for (const stream of [child.stdout, child.stderr])
          if (stream) createInterface({ input: stream }).on('line', linePrinter(verbose, onLine));
        listening = listeningPorts(child, listenMs);
        return child;
      } finally {
        await config.close();
      }
    },
    waitUntilReady: async () => {
      ports = await listening;
      return ports;
    },
  });
  return {
    tick: async () => {
      const headers = { authorization: `Bearer ${adminToken}`, ...(await memoryHeader(pid)) };
      const response = await fetch(`http://${loopback}:${ports?.get(clockSocket)}`, { headers });
      const outcome = await response.text();
      if (outcome !== 'ok') throw new Error(outcome);
    },
    restart: supervisor.replace,
    dispose: supervisor.stop,
  };
}

/** The memory that the process has, of which no Worker can know. Elsewhere than on Linux nothing says it. */
async function memoryHeader(pid: number | undefined): Promise<Record<string, string>> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return kibibytes === undefined ? {} : { [memoryHeaderName]: String(1024 * Number(kibibytes)) };
}

/** Miniflare starts workerd with the same arguments. */
function spawnWorkerd(config: FileHandle, inspectorPort: number | undefined): ChildProcess {
  const args = [
    'serve',
    '--binary',
    '--experimental',
    `--socket-addr=entry=${loopback}:0`,
    `--external-addr=loopback=${nowhere}`,
    '--control-fd=3',
    ...(inspectorPort === undefined ? [] : [`--inspector-addr=${loopback}:${inspectorPort}`]),
    '-',
  ];
  return spawn(process.env.MINIFLARE_WORKERD_PATH ?? '', args, {
    stdio: [config.fd, 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, TZ: 'UTC' },
  });
}

/** Returns undefined if the process ends before it listens. One that takes too long is ended. */
async function listeningPorts(child: ChildProcess, listenMs: number): Promise<Map<string, number> | undefined> {
  const control = child.stdio[3];
  if (!(control instanceof Readable)) throw new Error('workerd has no control pipe');
  const ports = new Map<string, number>();
  const timer = setTimeout(() => child.kill('SIGKILL'), listenMs);
  try {
    for await (const line of createInterface({ input: control })) {
      const { data } = listenSchema.safeParse(JSON.parse(line));
      if (data) ports.set(data.socket, data.port);
      if (socketNames.every((name) => ports.has(name))) return ports;
    }
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Prints what workerd logs: a JSON object per line. A crash prints other lines. */
function linePrinter(verbose: boolean, onLine: (line: string) => void): (line: string) => void {
  let lastMessage: string | undefined;
  return (line) => {
    const { level, message } = runtimeLine(line);
    if (!verbose && level !== 'warn' && level !== 'error') return;
    const readable = readableMessage(message);
    // workerd reports a failed look-up once per layer.
    const isRepeated = readable === lastMessage;
    lastMessage = readable;
    if (readable !== undefined && !(isRepeated && readable !== message)) onLine(readable);
  };
}
