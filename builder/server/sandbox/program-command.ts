// Builds the command for an unmodified program that runs confined: host-python/launch.py confines itself, then becomes the program.

import type { Command } from '../processes/command.ts';
import type { ProcessLimits } from './process-limits.ts';
import { type Confinement, type Confiner, confinedCommand, type Home } from './sandbox.ts';

export interface Program {
  /** Paths are absolute, as seen from inside the sandbox. */
  argv: string[];
  folder: string;
  /** The whole environment: nothing is inherited. */
  environment: Record<string, string>;
  confinement: Confinement;
  limits: ProcessLimits;
  /** True to hold the program, confined and ready, until `ChildGroup.release`. */
  held?: boolean;
  /**
   * The path on disk of a listening socket that the program gets as file descriptor 3. A byte on its lifeline signals that the socket
   * exists.
   */
  socket?: string;
}

export function programCommand(confiner: Confiner, home: Home, program: Program): Command {
  const { argv, folder, environment, confinement, limits, held = false, socket = null } = program;
  const settings = { program: argv, folder, environment, held, socket };
  return confinedCommand(confiner, home, { script: 'launch.py', settings, confinement, limits });
}
