// Lists the features, in the order in which they run at the kernel's points.
import type { Feature } from './feature.ts';
import { advisoryImports } from './features/advisory-imports/feature.ts';
import { agents } from './features/agents/feature.ts';
import { approvals } from './features/approvals/feature.ts';
import { clusters } from './features/clusters/feature.ts';
import { deployHooks } from './features/deploy-hooks/feature.ts';
import { evidence } from './features/evidence/feature.ts';
import { grants } from './features/grants/feature.ts';
import { identity } from './features/identity/feature.ts';
import { mcp } from './features/mcp/feature.ts';
import { models } from './features/models/feature.ts';
import { organizationExports } from './features/organization-export/feature.ts';
import { readme } from './features/readme/feature.ts';
import { runs } from './features/runs/feature.ts';
import { search } from './features/search/feature.ts';
import { secrets } from './features/secrets/feature.ts';
import { sources } from './features/sources/feature.ts';
import { vectors } from './features/vectors/feature.ts';
import { waivers } from './features/waivers/feature.ts';
import { webhooks } from './features/webhooks/feature.ts';

export const features: readonly Feature[] = [
  advisoryImports,
  agents,
  webhooks,
  approvals,
  clusters,
  deployHooks,
  evidence,
  grants,
  identity,
  mcp,
  models,
  organizationExports,
  readme,
  runs,
  search,
  secrets,
  sources,
  vectors,
  waivers,
];
