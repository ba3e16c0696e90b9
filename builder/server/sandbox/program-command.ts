// Builds the command of a program that runs confined, as it is: host-python/launch.py confines itself and then becomes the
// program.

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
  /** Whether the program is held back, confined and ready, until `ChildGroup.release`. */
  held?: boolean;
  /** The path on disk of a socket that the program gets as file descriptor 3, listening. A byte on its lifeline says that it exists. */
  socket?: string;
}

export function programCommand(confiner: Confiner, home: Home, program: Program): Command {
  const { argv, folder, environment, confinement, limits, held = false, socket = null } = program;
  const settings = { program: argv, folder, environment, held, socket };
  return confinedCommand(confiner, home, { script: 'launch.py', settings, confinement, limits });
}
