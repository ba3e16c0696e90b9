// Builds the command that runs an unmodified program confined: host-python/launch.py confines itself, then becomes the program.
import type { Command } from '../programs/command.ts';
import type { ProcessLimits } from './process-limits.ts';
import { type Confinement, type Confiner, confinedCommand, type Home } from './sandbox.ts';

export interface Program {
  /** Absolute paths, as seen from inside the sandbox. */
  argv: string[];
  folder: string;
  /** The whole environment: nothing is inherited. */
  environment: Record<string, string>;
  confinement: Confinement;
  limits: ProcessLimits;
  /** True to hold the confined program at the point where it is ready, until `ChildGroup.release`. */
  held?: boolean;
  /**
   * Path on disk for a listening socket that the program gets as file descriptor 3. A byte on its lifeline signals that the socket
   * exists.
   */
  socket?: string;
}

export function programCommand(confiner: Confiner, home: Home, program: Program): Command {
  const { argv, folder, environment, confinement, limits, held = false, socket = null } = program;
  const settings = { program: argv, folder, environment, held, socket };
  return confinedCommand(confiner, home, { script: 'launch.py', settings, confinement, limits });
}
