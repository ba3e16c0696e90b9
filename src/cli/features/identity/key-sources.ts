// Gets keys for people who sign in, and for CI jobs.
import type { KeySource } from '../../key-source.ts';

export const keySources: readonly KeySource[] = [
  {
    fromBrowser: async (login) => (await import('./browser-login.ts')).keyFromBrowser(login),
    withJobKey: async (flags, job) => (await import('./ci-token.ts')).withJobKey(flags, job),
  },
];
