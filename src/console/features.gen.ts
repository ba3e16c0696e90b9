// The features' pages, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { pages as agentsPages } from './features/agents/pages.ts';
import { pages as approvalsPages } from './features/approvals/pages.ts';
import { pages as clustersPages } from './features/clusters/pages.ts';
import { pages as deployHooksPages } from './features/deploy-hooks/pages.ts';
import { pages as grantsPages } from './features/grants/pages.ts';
import { pages as identityPages } from './features/identity/pages.ts';
import { pages as mcpPages } from './features/mcp/pages.ts';
import { pages as modelsPages } from './features/models/pages.ts';
import { pages as runsPages } from './features/runs/pages.ts';
import { pages as secretsPages } from './features/secrets/pages.ts';
import { pages as sourcesPages } from './features/sources/pages.ts';
import { pages as waiversPages } from './features/waivers/pages.ts';
import { pages as webhooksPages } from './features/webhooks/pages.ts';
import { barePages as identityBarePages } from './features/identity/bare-pages.ts';

export const featurePages = [...agentsPages, ...approvalsPages, ...clustersPages, ...deployHooksPages, ...grantsPages, ...identityPages, ...mcpPages, ...modelsPages, ...runsPages, ...secretsPages, ...sourcesPages, ...waiversPages, ...webhooksPages] as const;
export const featureBarePages = [...identityBarePages] as const;
