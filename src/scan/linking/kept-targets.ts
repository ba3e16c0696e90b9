// Keeps the targets of names that were looked up, as many as an isolate has the memory for.

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
