// Finds the star imports that lead from one module to another the shortest way, to show them in a finding's trail.
import type { TrailStep } from '../../contract/findings/finding.ts';
import { trailStepsMax } from '../../contract/limits/scans.ts';
import type { FileSummary } from './file-analysis.ts';

/** A star import on the way to a module. */
export interface Way {
  from: string;
  file: string;
  star: FileSummary['stars'][number];
}

/** Modules from which the ways are kept. Files ask about the few that they import. */
const startsMax = 100;
const unreached = -1;
const start = -2;

/** The ways that lead from one module to the others. */
interface Ways {
  /** The star import that leads to each module. */
  into: Int32Array;
  /** The last one on the way there that a trail shows if it shows another one after it. */
  shown: Int32Array;
  /** How many star imports lead to it. */
  lengths: Int32Array;
}

export class StarPaths {
  private readonly places: ReadonlyMap<string, number>;
  private readonly ways: Way[] = [];
  private readonly origins: number[] = [];
  private readonly targets: number[] = [];
  /** The first way that begins at each module. The ways of a module are beside each other. */
  private readonly firsts: number[] = [];
  private readonly known = new Map<number, Ways>();

  constructor(modules: Iterable<string>, waysFrom: (module: string) => Iterable<readonly [way: Way, to: string]>) {
    const names = [...modules];
    this.places = new Map(names.map((name, at) => [name, at]));
    for (const [at, name] of names.entries()) {
      this.firsts.push(this.ways.length);
      for (const [way, to] of waysFrom(name)) {
        const target = this.places.get(to);
        if (target === undefined) continue;
        this.ways.push(way);
        this.origins.push(at);
        this.targets.push(target);
      }
    }
    this.firsts.push(this.ways.length);
  }

  /** Returns the number of star imports from one module to another. */
  distance(from: string, to: string): number {
    const [source, target] = [this.places.get(from), this.places.get(to)];
    if (source === undefined || target === undefined) return 0;
    return this.waysFrom(source).lengths[target] ?? 0;
  }

  /** Returns the star imports through which the name comes from another module, or from a star import in it. */
  trail(from: string, to: string, name: string, last?: Way): readonly TrailStep[] {
    const [source, target] = [this.places.get(from), this.places.get(to)];
    const found = last ? [last] : [];
    if (source === undefined || target === undefined) return found.map((way) => stepOf(way, name));
    const { into, shown } = this.waysFrom(source);
    const end = into[target] ?? start;
    if (!last && end !== shown[target]) found.push(...this.ways.slice(end, end + 1));
    for (let at = shown[target] ?? start; at >= 0; at = into[this.origins[at] ?? source] ?? start)
      found.push(...this.ways.slice(at, at + 1));
    return found.reverse().map((way) => stepOf(way, name));
  }

  private waysFrom(source: number): Ways {
    const known = this.known.get(source) ?? this.follow(source);
    if (this.known.size >= startsMax) this.known.clear();
    this.known.set(source, known);
    return known;
  }

  private follow(source: number): Ways {
    const into = new Int32Array(this.places.size).fill(unreached);
    const shown = new Int32Array(this.places.size).fill(start);
    const lengths = new Int32Array(this.places.size);
    into[source] = start;
    const open = [source];
    for (const at of open) {
      const end = this.firsts[at + 1] ?? 0;
      for (let way = this.firsts[at] ?? end; way < end; way += 1) {
        const target = this.targets[way] ?? source;
        if (into[target] !== unreached) continue;
        into[target] = way;
        const length = (lengths[at] ?? 0) + 1;
        lengths[target] = length;
        shown[target] = length < trailStepsMax ? way : (shown[at] ?? start);
        open.push(target);
      }
    }
    return { into, lengths, shown };
  }
}

function stepOf({ file, star: { line, module } }: Way, name: string): TrailStep {
  return { file, line, name, module, member: name };
}
