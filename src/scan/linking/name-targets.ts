// Defines the linker's results for a name that it follows through the plugin's modules. Caches as many looked-up targets as fit into an
// isolate's memory.
import type { TrailStep } from '../../contract/findings/finding.ts';
import { trailStepsMax } from '../../contract/limits/scans.ts';
import { joinTrails, type Linked } from './links.ts';

type Steps = readonly TrailStep[];

/**
 * A name's path, with the last part first, limited to the steps that a trail shows. Thousands of names keep a trail, and each trail may
 * pass through all of the plugin's modules.
 */
export interface Trail {
  before: Trail | undefined;
  parts: number;
  /** One or more steps. If it is a function, the steps are computed when they are shown. */
  last: Steps | (() => Steps);
}

/** Adds a part. A full trail drops its last part to make room, because trails show only the first steps and the last one. */
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
  /** Module where the trail starts; undefined if it may be any of a group that star-import each other. */
  origin: string | undefined;
  trail: Trail | undefined;
}

/** The path to a name's target, as far as name bindings show it. */
export interface Way {
  trail: Trail | undefined;
  /** Where the trail continues below the module that its last step imports. */
  path?: readonly string[] | undefined;
}

/** A name's target. */
export interface Found {
  value: string;
  /** Paths to it, by the module in which they start. */
  ways: Map<string, Way>;
}

export interface Located extends Linked {
  path?: Way['path'];
}

export type Add = (value: string, from: Place, steps?: readonly TrailStep[], path?: readonly string[]) => void;

/** Counts the parts of the trails to a target. */
export function countTrailParts({ ways }: Found): number {
  return [...ways.values()].reduce((parts, { trail }) => parts + (trail?.parts ?? 0), 0);
}

/** Maximum number of trail steps, targets and names to keep. Beyond it, they are dropped and looked up again. */
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
