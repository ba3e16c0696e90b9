// The features' tables, generated from src/features by scripts/generate/features.ts. Do not edit.
import * as advisoryImportsTables from './advisory-imports/tables.ts';
import * as agentsTables from './agents/tables.ts';
import * as clustersTables from './clusters/tables.ts';
import * as deployHooksTables from './deploy-hooks/tables.ts';
import * as evidenceTables from './evidence/tables.ts';
import * as identityTables from './identity/tables.ts';
import * as mcpTables from './mcp/tables.ts';
import * as searchTables from './search/tables.ts';
import * as sourcesTables from './sources/tables.ts';
import * as vectorsTables from './vectors/tables.ts';
import * as webhooksTables from './webhooks/tables.ts';

export const featureTables = { ...advisoryImportsTables, ...agentsTables, ...clustersTables, ...deployHooksTables, ...evidenceTables, ...identityTables, ...mcpTables, ...searchTables, ...sourcesTables, ...vectorsTables, ...webhooksTables };
