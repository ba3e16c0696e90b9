// The features' events, messages and settings, generated from src/contract/features by scripts/generate/features.ts. Do not edit.
import { events as agentsEvents } from './agents/feature.ts';
import { events as approvalsEvents } from './approvals/feature.ts';
import { events as clustersEvents } from './clusters/feature.ts';
import { events as deployHooksEvents } from './deploy-hooks/feature.ts';
import { events as identityEvents } from './identity/feature.ts';
import { events as mcpEvents } from './mcp/feature.ts';
import { events as modelsEvents } from './models/feature.ts';
import { events as runsEvents } from './runs/feature.ts';
import { events as secretsEvents } from './secrets/feature.ts';
import { events as sourcesEvents } from './sources/feature.ts';
import { events as vectorsEvents } from './vectors/feature.ts';
import { events as waiversEvents } from './waivers/feature.ts';
import { events as webhooksEvents } from './webhooks/feature.ts';
import { messages as advisoryImportsMessages } from './advisory-imports/feature.ts';
import { messages as agentsMessages } from './agents/feature.ts';
import { messages as deployHooksMessages } from './deploy-hooks/feature.ts';
import { messages as runsMessages } from './runs/feature.ts';
import { messages as secretsMessages } from './secrets/feature.ts';
import { messages as webhooksMessages } from './webhooks/feature.ts';
import { settings as deployHooksSettings } from './deploy-hooks/feature.ts';
import { settings as webhooksSettings } from './webhooks/feature.ts';

export const featureEvents = { ...agentsEvents, ...approvalsEvents, ...clustersEvents, ...deployHooksEvents, ...identityEvents, ...mcpEvents, ...modelsEvents, ...runsEvents, ...secretsEvents, ...sourcesEvents, ...vectorsEvents, ...waiversEvents, ...webhooksEvents };
export const featureMessages = [...advisoryImportsMessages, ...agentsMessages, ...deployHooksMessages, ...runsMessages, ...secretsMessages, ...webhooksMessages] as const;
export const featureSettings = { ...deployHooksSettings, ...webhooksSettings };
