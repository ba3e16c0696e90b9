// Lists the commands for approvals.
import { approvals, approve, reject } from './approvals.ts';

export const commands = [
  { add: approvals, after: 'publish' },
  { add: approve, after: 'publish' },
  { add: reject, after: 'publish' },
] as const;
