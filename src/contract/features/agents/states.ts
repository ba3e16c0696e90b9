// Defines the states of agent plugins' artifacts, and their words, which the CLI and the console use.

/** States of an agent plugin's artifact. `unverifiable`: its checksum is not a complete SHA-256. */
export const verificationStates = ['pending', 'verified', 'mismatch', 'unreachable', 'unverifiable'] as const;
export type VerificationState = (typeof verificationStates)[number];

/** Words for the verification results of an agent plugin's artifact. */
export const verificationWords: Record<VerificationState, string> = {
  pending: 'being verified',
  verified: 'verified',
  mismatch: 'has a different checksum',
  unreachable: 'cannot be fetched',
  unverifiable: 'cannot be verified',
};
