// The systems that are compared. Each starts with version 1 and rolls version 2 out once.
import type { Target } from './load.ts';

export interface Version {
  version: number;
  /** Share of calls that fail, from 0 to 1. */
  failing: number;
}

export interface Rollout {
  target: Target;
  /** Starts to roll version 2 out, and returns when that has been ordered. */
  replace(next: Version): Promise<void>;
}

export interface System {
  name: string;
  /** Runs `work` while version 1 serves all calls. */
  run(work: (rollout: Rollout) => Promise<void>): Promise<void>;
}

/** The handler of a version, for Ray Serve and Slipway. */
export function handlerText({ version, failing }: Version): string {
  return `import random


class RealtimeHandler:
    def predict(self, inputs):
        if random.random() < ${failing}:
            raise ValueError("the seeded fault")
        return {"version": ${version}}
`;
}
