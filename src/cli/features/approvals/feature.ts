// Lists the commands for approvals.
import { defineCliFeature } from '../../command/context.ts';
import { approvals, approve, reject } from './approvals.ts';

export const feature = defineCliFeature({
  commands: [
    { add: approvals, after: 'publish' },
    { add: approve, after: 'publish' },
    { add: reject, after: 'publish' },
  ],
});
