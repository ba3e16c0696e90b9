// What the command line's exit codes mean: the one table that commands, `slipway help exit-codes` and the tests read.

export const exitCodes = {
  done: { code: 0, meaning: 'done: nothing found, or warnings only' },
  failed: { code: 1, meaning: 'failed: something could not be read or done' },
  usage: { code: 2, meaning: 'the command was not understood' },
  rejected: { code: 3, meaning: 'rejected by the scan policy or by what a plugin has to be' },
  denied: { code: 4, meaning: 'no key, not a valid one, or one that may not do this' },
  conflict: { code: 5, meaning: 'in conflict with what is there: the version exists with other content' },
  undeployed: { code: 6, meaning: 'the deployment failed; what served before still serves' },
  pending: { code: 7, meaning: 'still under way when the time given was over' },
  unreachable: { code: 8, meaning: 'the server could not be reached' },
  interrupted: { code: 130, meaning: 'interrupted by Ctrl-C' },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type ExitName = keyof typeof exitCodes;
