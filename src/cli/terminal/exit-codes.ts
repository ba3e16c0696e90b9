// Lists the exit codes. The commands, `slipway help exit-codes`, the CLI reference and the tests all read this table.

export const exitCodes = {
  done: { code: 0, meaning: 'success: no findings, or warnings only' },
  failed: { code: 1, meaning: 'failure: something could not be read or done' },
  usage: { code: 2, meaning: 'invalid command, argument or option' },
  rejected: { code: 3, meaning: 'rejected by the scan policy, as an invalid plugin, or because evidence differs' },
  denied: { code: 4, meaning: 'no API key, an invalid one, or one without the required scope' },
  conflict: { code: 5, meaning: 'conflict: the version exists with different content' },
  undeployed: { code: 6, meaning: 'the deployment failed; traffic is not affected' },
  pending: { code: 7, meaning: 'still in progress when --timeout ran out' },
  unreachable: { code: 8, meaning: 'the server could not be reached' },
  interrupted: { code: 130, meaning: 'interrupted by Ctrl-C, SIGTERM or SIGHUP' },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type ExitName = keyof typeof exitCodes;
