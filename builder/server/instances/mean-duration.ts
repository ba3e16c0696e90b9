// Estimates how long a process's next work takes: the mean of recent durations, with newer ones weighted more.

const newestWeight = 0.1;

export class MeanDuration {
  #meanMs = 0;

  /** 0 before the first measurement. */
  get meanMs(): number {
    return this.#meanMs;
  }

  /** Returns the work, and measures how long it takes from now. */
  measured<Result>(work: Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    return work.finally(() => {
      const weight = this.#meanMs === 0 ? 1 : newestWeight;
      this.#meanMs += weight * (performance.now() - startedAt - this.#meanMs);
    });
  }
}
