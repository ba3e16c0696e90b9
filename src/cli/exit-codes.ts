// What the command line's exit codes mean: the one table that commands, `slipway help exit-codes` and the tests read.

export const exitCodes = {
  done: { code: 0, meaning: 'done: nothing found, or warnings only' },
  failed: { code: 1, meaning: 'failed: something could not be read or done' },
  usage: { code: 2, meaning: 'the command was not understood' },
  rejected: { code: 3, meaning: 'rejected by the scan policy' },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type ExitName = keyof typeof exitCodes;
