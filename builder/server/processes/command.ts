// Defines what is started: a program with its arguments and environment, and the limits that the builder enforces while it runs.
import type { Relay } from '../relay/relay.ts';
import type { WatchedDisk } from '../sandbox/disk-watch.ts';
import type { MemoryLimit } from '../sandbox/memory-watch.ts';

export interface Command {
  file: string;
  args: string[];
  /** The last of the arguments, if a script reads it: its settings, and those of the confinement. */
  settings?: string;
  env: Record<string, string>;
  /** Ends everything that the command started. In `namespaces` the supervisor ends the worker on SIGTERM. */
  endSignal: 'SIGTERM' | 'SIGKILL';
  /** Memory limit of everything that the command starts. Left out where nothing but the limits of each process applies. */
  memory?: MemoryLimit;
  disk?: WatchedDisk;
  relay?: Relay;
  /** It yields the processor to calls from its start. What launch.py starts in a session of its own does so there once more. */
  isBackground?: true;
}
