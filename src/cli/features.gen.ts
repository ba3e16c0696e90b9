// The features' commands, generated from src/cli/features by scripts/generate/features.ts. Do not edit.
import { commands as advisoryImportsCommands } from './features/advisory-imports/commands.ts';
import { commands as agentsCommands } from './features/agents/commands.ts';
import { commands as approvalsCommands } from './features/approvals/commands.ts';
import { commands as clustersCommands } from './features/clusters/commands.ts';
import { commands as deployHooksCommands } from './features/deploy-hooks/commands.ts';
import { commands as evidenceCommands } from './features/evidence/commands.ts';
import { commands as grantsCommands } from './features/grants/commands.ts';
import { commands as identityCommands } from './features/identity/commands.ts';
import { commands as mcpCommands } from './features/mcp/commands.ts';
import { commands as modelsCommands } from './features/models/commands.ts';
import { commands as organizationExportCommands } from './features/organization-export/commands.ts';
import { commands as runsCommands } from './features/runs/commands.ts';
import { commands as searchCommands } from './features/search/commands.ts';
import { commands as secretsCommands } from './features/secrets/commands.ts';
import { commands as sourcesCommands } from './features/sources/commands.ts';
import { commands as vectorsCommands } from './features/vectors/commands.ts';
import { commands as waiversCommands } from './features/waivers/commands.ts';
import { commands as webhooksCommands } from './features/webhooks/commands.ts';

export const featureCommands = [...advisoryImportsCommands, ...agentsCommands, ...approvalsCommands, ...clustersCommands, ...deployHooksCommands, ...evidenceCommands, ...grantsCommands, ...identityCommands, ...mcpCommands, ...modelsCommands, ...organizationExportCommands, ...runsCommands, ...searchCommands, ...secretsCommands, ...sourcesCommands, ...vectorsCommands, ...waiversCommands, ...webhooksCommands] as const;
