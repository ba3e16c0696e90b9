// The features' events, messages and settings, generated from src/contract/features by scripts/generate/features.ts. Do not edit.
import { events as agentsEvents } from './features/agents/events.ts';
import { events as approvalsEvents } from './features/approvals/events.ts';
import { events as clustersEvents } from './features/clusters/events.ts';
import { events as deployHooksEvents } from './features/deploy-hooks/events.ts';
import { events as identityEvents } from './features/identity/events.ts';
import { events as mcpEvents } from './features/mcp/events.ts';
import { events as modelsEvents } from './features/models/events.ts';
import { events as runsEvents } from './features/runs/events.ts';
import { events as secretsEvents } from './features/secrets/events.ts';
import { events as sourcesEvents } from './features/sources/events.ts';
import { events as vectorsEvents } from './features/vectors/events.ts';
import { events as waiversEvents } from './features/waivers/events.ts';
import { events as webhooksEvents } from './features/webhooks/events.ts';
import { messages as advisoryImportsMessages } from './features/advisory-imports/messages.ts';
import { messages as agentsMessages } from './features/agents/messages.ts';
import { messages as deployHooksMessages } from './features/deploy-hooks/messages.ts';
import { messages as runsMessages } from './features/runs/messages.ts';
import { messages as secretsMessages } from './features/secrets/messages.ts';
import { messages as webhooksMessages } from './features/webhooks/messages.ts';
import { settings as deployHooksSettings } from './features/deploy-hooks/settings.ts';
import { settings as webhooksSettings } from './features/webhooks/settings.ts';

export const featureEvents = { ...agentsEvents, ...approvalsEvents, ...clustersEvents, ...deployHooksEvents, ...identityEvents, ...mcpEvents, ...modelsEvents, ...runsEvents, ...secretsEvents, ...sourcesEvents, ...vectorsEvents, ...waiversEvents, ...webhooksEvents };
export const featureMessages = [...advisoryImportsMessages, ...agentsMessages, ...deployHooksMessages, ...runsMessages, ...secretsMessages, ...webhooksMessages] as const;
export const featureSettings = { ...deployHooksSettings, ...webhooksSettings };
