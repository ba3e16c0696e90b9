// Defines a process to start: a program with its arguments and environment, and the limits that the builder enforces while it runs.
import type { Relay } from '../relay/relay.ts';
import type { WatchedDisk } from './disk-watch.ts';
import type { MemoryLimit } from './memory-watch.ts';

export interface Command {
  file: string;
  args: string[];
  /** The last argument, if the program is a script that reads it: its own settings and the confinement's. */
  settings?: string;
  env: Record<string, string>;
  /** Signal that ends everything the command started. Under `namespaces`, the supervisor ends the worker on SIGTERM. */
  endSignal: 'SIGTERM' | 'SIGKILL';
  /** Memory limit for everything that the command starts. Omitted if only per-process limits apply. */
  memory?: MemoryLimit;
  disk?: WatchedDisk;
  /** Limit of processor time, at which the kernel kills each process. */
  cpuSeconds?: number;
  /** Watches its use of GPUs, and reports once that it exceeds its share. Returns a function that ends the watch. */
  watchGpus?: (onExceeded: (reason: string) => void) => () => void;
  relay?: Relay;
  /** True if it yields the CPU to calls from the start. launch.py does so again for each session it creates. */
  isBackground?: true;
}
