// Defines what the linker finds out about a name while it follows it through the plugin's modules, and keeps as many targets of names
// that were looked up as an isolate has the memory for.
import type { TrailStep } from '../../contract/findings/finding.ts';
import { trailStepsMax } from '../../contract/limits/scans.ts';
import { joinTrails, type Linked } from './links.ts';

type Steps = readonly TrailStep[];

/**
 * Holds what a name comes through, its last part first: as many parts as a trail has steps, however far it leads. Thousands of names
 * are kept with their trails, each of which may lead through all modules of the plugin.
 */
export interface Trail {
  before: Trail | undefined;
  parts: number;
  /** One step or more. A function finds them when they are shown. */
  last: Steps | (() => Steps);
}

/** Adds a part that only the trail's last one makes room for, as the steps between the first ones and the last are not shown. */
export function extendTrail(trail: Trail | undefined, last: Trail['last']): Trail | undefined {
  if (last.length === 0 && typeof last !== 'function') return trail;
  const before = trail?.parts === trailStepsMax ? trail.before : trail;
  return { before, parts: (before?.parts ?? 0) + 1, last };
}

export function trailSteps(trail: Trail | undefined): Steps {
  const parts: Steps[] = [];
  for (let at = trail; at; at = at.before) parts.push(typeof at.last === 'function' ? at.last() : at.last);
  return parts.reverse().reduce((steps, part) => joinTrails(steps, part), []);
}

export interface Place {
  module: string;
  name: string;
  /** The module that the trail begins in. Any of those that lead to each other by star imports if undefined. */
  origin: string | undefined;
  trail: Trail | undefined;
}

/** The way to a target of a name, as far as the bindings of names show it. */
export interface Way {
  trail: Trail | undefined;
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

/** Counts the parts of a target's trails. */
export function countTrailParts({ ways }: Found): number {
  return [...ways.values()].reduce((parts, { trail }) => parts + (trail?.parts ?? 0), 0);
}

/** Steps of trails that are kept, and as many targets and names. Beyond it they are forgotten, and looked up again. */
const sizeMax = 50_000;

export class KeptTargets<Target> {
  private readonly stepsOf: (target: Target) => number;
  private readonly known = new Map<string, readonly Target[]>();
  private size = 0;

  constructor(stepsOf: (target: Target) => number) {
    this.stepsOf = stepsOf;
  }

  clear(): void {
    this.known.clear();
    this.size = 0;
  }

  get(key: string): readonly Target[] | undefined {
    return this.known.get(key);
  }

  keep(key: string, targets: readonly Target[]): readonly Target[] {
    if (this.size >= sizeMax) this.clear();
    this.known.set(key, targets);
    this.size += targets.reduce((size, target) => size + 1 + this.stepsOf(target), 1);
    return targets;
  }
}
