// The features' commands, and what else they bring to the command line, generated from src/cli/features by scripts/generate/features.ts. Do not edit.
import { feature as advisoryImports } from './features/advisory-imports/feature.ts';
import { feature as agents } from './features/agents/feature.ts';
import { feature as approvals } from './features/approvals/feature.ts';
import { feature as clusters } from './features/clusters/feature.ts';
import { feature as deployHooks } from './features/deploy-hooks/feature.ts';
import { feature as evidence } from './features/evidence/feature.ts';
import { feature as grants } from './features/grants/feature.ts';
import { feature as identity } from './features/identity/feature.ts';
import { feature as mcp } from './features/mcp/feature.ts';
import { feature as models } from './features/models/feature.ts';
import { feature as organizationExport } from './features/organization-export/feature.ts';
import { feature as readme } from './features/readme/feature.ts';
import { feature as runs } from './features/runs/feature.ts';
import { feature as search } from './features/search/feature.ts';
import { feature as secrets } from './features/secrets/feature.ts';
import { feature as sources } from './features/sources/feature.ts';
import { feature as vectors } from './features/vectors/feature.ts';
import { feature as waivers } from './features/waivers/feature.ts';
import { feature as webhooks } from './features/webhooks/feature.ts';

export const features = [advisoryImports, agents, approvals, clusters, deployHooks, evidence, grants, identity, mcp, models, organizationExport, readme, runs, search, secrets, sources, vectors, waivers, webhooks];
