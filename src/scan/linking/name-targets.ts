// Defines what the linker finds out about a name while it follows it through the plugin's modules.
import type { TrailStep } from '../../contract/findings/finding.ts';
import type { Linked } from './links.ts';

export type Trail = () => readonly TrailStep[];

export interface Place {
  module: string;
  name: string;
  /** The module that the trail begins in. Any of those that lead to each other by star imports if undefined. */
  origin: string | undefined;
  trail: Trail;
}

/** The way to a target of a name, as far as the bindings of names show it. */
export interface Way {
  trail: Trail;
  /** Where the trail goes on: below the module that its last step imports. */
  path?: readonly string[] | undefined;
}

/** Target of a name. */
export interface Found {
  value: string;
  /** The ways to it, by the modules that they begin in. */
  ways: Map<string, Way>;
}

export interface Located extends Linked {
  path?: Way['path'];
}

export type Add = (value: string, from: Place, steps?: readonly TrailStep[], path?: readonly string[]) => void;
