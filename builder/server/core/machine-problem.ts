// Describes why a program on this machine can't be used, for the builder and `slipway doctor`.
export interface MachineProblem {
  /** A sentence without its period. */
  problem: string;
  /** An instruction without its period. The builder must be restarted afterwards. */
  fix: string;
}

export function problemText({ problem, fix }: MachineProblem): string {
  return `${problem}. ${fix}, and restart the builder.`;
}
