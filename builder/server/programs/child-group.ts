// Starts a confined child process, with pipes for its standard streams and file descriptor 3, and ends it together with every process
// that it started. The caller defines the pipes' protocol.
import { type ChildProcess, type StdioPipe, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { LimitName } from '../../../src/contract/limits/limit-texts.ts';
import type { Relay } from '../relay/relay.ts';
import type { Command } from './command.ts';
import { DiskWatch, type WatchedDisk } from './disk-watch.ts';
import { type EndedBy, endedBy, exitReason } from './exit-reason.ts';
import { type MemoryLimit, type MemoryUse, MemoryWatch, memoryUse } from './memory-watch.ts';
import { yieldToCalls } from './priority.ts';
import { signalGroup } from './signal-group.ts';

/** Time between the end signal and SIGKILL. */
const killAfterMs = 2000;
/** Time to wait for the exit after SIGKILL. The kernel may be unable to end a process that is waiting for a disk. */
const unkillableMs = 10_000;
/** Time to read output after the exit, because a process started by this one may keep the pipe open. */
const outputMsDefault = 300;

const pipes: StdioPipe[] = ['pipe', 'pipe', 'pipe', 'pipe'];

/** Message that slipway_host/relay.py sends with a listening socket, before any plugin code runs. */
const listeningSchema = z.object({ port: z.int() });

export class ChildGroup {
  readonly child: ChildProcess;
  /** Resolves when the process is being ended or has exited. */
  readonly lost: Promise<void>;
  /** Resolves with the reason when the process has exited, and its output and file descriptor 3 have been read. */
  readonly exited: Promise<string>;
  readonly #endSignal: NodeJS.Signals;
  readonly #outputMs: number;
  readonly #cpuSeconds: number | undefined;
  readonly #startedAt = performance.now();
  #memory: MemoryWatch | undefined;
  #disk: DiskWatch | undefined;
  readonly #endGpuWatch: (() => void) | undefined;
  #onNote: (line: string) => void = () => {};
  readonly #relay: Relay | undefined;
  #lose: () => void = () => {};
  #giveUp: () => void = () => {};
  #endReason: string | undefined;
  #exceeded: LimitName | undefined;
  #hasExited = false;

  /**
   * `outputMs` is how long output is read after the exit. Set it higher for a program whose output is its result and is read slowly.
   * `child` is a running process that was already started for the command.
   */
  constructor(command: Command, outputMs = outputMsDefault, child = spawnGroup(command)) {
    const { cpuSeconds, endSignal, memory, disk, relay, watchGpus } = command;
    this.#cpuSeconds = cpuSeconds;
    this.#endSignal = endSignal;
    this.#outputMs = outputMs;
    this.child = child;
    if (command.isBackground) yieldToCalls(child);
    this.#relay = relay;
    if (relay) this.child.on('message', (message, handle) => relay.serve(listeningSchema.parse(message).port, handle));
    this.child.stdin?.on('error', () => {});
    const { pid } = this.child;
    if (pid !== undefined && memory && disk) this.#watch(pid, memory, disk);
    this.#endGpuWatch = watchGpus?.((reason) => this.endFor('gpuMemory', reason));
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.exited = this.#watchExit();
  }

  /** Forwards notes about the running process for the log. */
  onNote(listener: (line: string) => void): this {
    this.#onNote = listener;
    return this;
  }

  get isLost(): boolean {
    return this.#hasExited || this.#endReason !== undefined;
  }

  /** Memory of its processes and its in-memory folders. Zero after it has ended. */
  get memoryUse(): MemoryUse {
    const { pid } = this.child;
    if (pid === undefined || this.#hasExited) return { bytes: 0, peakBytes: 0 };
    const { bytes, peakBytes } = memoryUse(pid);
    const inFolders = this.#disk?.memoryBytes ?? 0;
    return { bytes: bytes + inFolders, peakBytes: peakBytes + inFolders };
  }

  /** The limit that it was killed for, available after it has exited. */
  get exceeded(): LimitName | undefined {
    return this.#exceeded ?? (this.#memory?.isExceeded ? 'memory' : undefined);
  }

  /** Returns who ended it, from the reason that `exited` gave and its standard error. */
  endedBy(reason: string, errors = ''): EndedBy {
    const isOverLimit = this.exceeded !== undefined;
    const isEndedByBuilder = this.#endReason !== undefined;
    return endedBy({ reason, errors, isOverLimit, isEndedByBuilder, mayBeOutOfTime: this.#mayBeOutOfTime() });
  }

  /** Lets a held program start. */
  release(): void {
    const channel = this.child.stdio[3];
    if (channel instanceof Socket) channel.on('error', () => {}).write('\n');
  }

  /** Ends the process because it exceeded a limit. */
  endFor(exceeded: LimitName, reason: string): void {
    if (!this.isLost) this.#exceeded = exceeded;
    void this.end(reason);
  }

  /** Closes standard input immediately, and signals the group after `graceMs` unless the process has exited by then. */
  async end(reason: string, graceMs = 0): Promise<void> {
    if (!this.isLost) {
      this.#endReason = reason;
      this.#lose();
      this.child.stdin?.end();
      if (graceMs === 0) this.#signal(this.#endSignal);
      else setTimeout(() => this.#signal(this.#endSignal), graceMs).unref();
      setTimeout(() => this.#signal('SIGKILL'), graceMs + killAfterMs).unref();
      setTimeout(() => this.#giveUp(), graceMs + killAfterMs + unkillableMs).unref();
    }
    await this.exited;
  }

  #watch(pid: number, memory: MemoryLimit, disk: WatchedDisk): void {
    const onDiskExceeded = (reason: string, kind?: 'temp' | 'data') =>
      kind ? this.endFor(kind, reason) : void this.end(reason);
    this.#disk = new DiskWatch(pid, disk, { onExceeded: onDiskExceeded, onFull: (line) => this.#onNote(line) });
    this.#memory = new MemoryWatch(pid, memory, this.#disk, (reason) => this.endFor('memory', reason));
  }

  /** A process can't have used more processor time than all processors had since it started. */
  #mayBeOutOfTime(): boolean {
    const usedSecondsMax = ((performance.now() - this.#startedAt) / 1000) * availableParallelism();
    return this.#cpuSeconds !== undefined && usedSecondsMax >= this.#cpuSeconds;
  }

  #signal(signal: NodeJS.Signals): void {
    if (!this.#hasExited) signalGroup(this.child, signal);
  }

  async #watchExit(): Promise<string> {
    const reason = await new Promise<string>((resolve) => {
      this.#giveUp = () => resolve('it cannot be killed');
      this.child.once('error', (error) => resolve(error.message));
      this.child.once('exit', (code, signal) => resolve(exitReason(code, signal)));
    });
    this.#memory?.stop();
    this.#disk?.stop();
    this.#endGpuWatch?.();
    this.#relay?.close();
    this.#lose();
    this.#signal('SIGKILL');
    this.#hasExited = true;
    const streams = this.child.stdio.slice(1, 4).filter((stream) => stream instanceof Readable);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      // On a busy machine the time may be over before anything was read, so read once what has arrived.
      timer = setTimeout(() => setImmediate(resolve), this.#outputMs);
    });
    await Promise.race([Promise.all(streams.map(ended)), late]);
    clearTimeout(timer);
    for (const stream of this.child.stdio) stream?.destroy();
    return this.#endReason ?? this.#memory?.reason() ?? reason;
  }
}

/** `detached` gives the child its own process group, which can be signaled. File descriptor 3 is a two-way socket. */
export function spawnGroup({ file, args, env, relay }: Pick<Command, 'file' | 'args' | 'env' | 'relay'>): ChildProcess {
  return spawn(file, args, { env, cwd: '/', detached: true, stdio: relay ? [...pipes, 'ipc'] : pipes });
}

function ended(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve();
    stream.once('close', resolve).on('error', () => {});
    stream.resume();
  });
}
