// Lists scans of the table of agent plugins that end early.
import type { MeantScan } from '../../../support/database/query-plans.ts';

export const meantScans: readonly MeantScan[] = [
  // One page of all agent plugins, which all agents share, in primary key order.
  { plan: 'SCAN agent_artifacts', sql: /order by "agent_artifacts"\."id" desc limit/ },
];
