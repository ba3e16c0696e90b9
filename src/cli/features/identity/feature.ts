// Declares the commands for trusted publishers, issuers and members, and the keys of people who sign in and of CI jobs.
import { defineCliFeature } from '../../command/context.ts';
import { issuers } from './issuers.ts';
import { members } from './members.ts';
import { trust } from './trust.ts';

export const feature = defineCliFeature({
  commands: [
    { add: trust, after: 'uninstall' },
    { add: issuers, after: 'uninstall' },
    { add: members, after: 'uninstall' },
  ],
  keySource: {
    fromBrowser: async (login) => (await import('./browser-login.ts')).keyFromBrowser(login),
    withJobKey: async (flags, job) => (await import('./ci-token.ts')).withJobKey(flags, job),
  },
});
