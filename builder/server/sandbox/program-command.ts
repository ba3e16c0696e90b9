// The command of a program that is confined as it is: host-python/launch.py, which becomes it.
import type { Python } from '../python/python.ts';
import {
  type Command,
  type Confinement,
  confinedCommand,
  type Home,
  type ProcessLimits,
  type Sandbox,
} from './sandbox.ts';

export interface Program {
  /** Absolute paths, as they are inside. */
  argv: string[];
  folder: string;
  /** All of it: nothing is inherited. */
  environment: Record<string, string>;
  confinement: Confinement;
  limits: ProcessLimits;
  /** Whether it waits for `ChildGroup.release`, with all that comes before the program itself done. */
  held?: boolean;
}

export function programCommand(sandbox: Sandbox, python: Python, home: Home, program: Program): Command {
  const { argv, folder, environment, confinement, limits, held = false } = program;
  return confinedCommand(sandbox, python, home, confinement, limits, 'launch.py', {
    program: argv,
    folder,
    environment,
    held,
  });
}
