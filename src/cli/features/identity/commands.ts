// Lists the commands for trusted publishers, issuers and members.
import { issuers } from './issuers.ts';
import { members } from './members.ts';
import { trust } from './trust.ts';

export const commands = [
  { add: trust, after: 'uninstall' },
  { add: issuers, after: 'uninstall' },
  { add: members, after: 'uninstall' },
] as const;
