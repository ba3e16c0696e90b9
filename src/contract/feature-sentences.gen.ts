// The features' sentences about events, generated from src/contract/features by scripts/generate/features.ts. Do not edit.
import { sentences as agentsSentences } from './features/agents/sentences.ts';
import { sentences as approvalsSentences } from './features/approvals/sentences.ts';
import { sentences as clustersSentences } from './features/clusters/sentences.ts';
import { sentences as deployHooksSentences } from './features/deploy-hooks/sentences.ts';
import { sentences as identitySentences } from './features/identity/sentences.ts';
import { sentences as mcpSentences } from './features/mcp/sentences.ts';
import { sentences as modelsSentences } from './features/models/sentences.ts';
import { sentences as runsSentences } from './features/runs/sentences.ts';
import { sentences as secretsSentences } from './features/secrets/sentences.ts';
import { sentences as sourcesSentences } from './features/sources/sentences.ts';
import { sentences as vectorsSentences } from './features/vectors/sentences.ts';
import { sentences as waiversSentences } from './features/waivers/sentences.ts';
import { sentences as webhooksSentences } from './features/webhooks/sentences.ts';

export const featureSentences = { ...agentsSentences, ...approvalsSentences, ...clustersSentences, ...deployHooksSentences, ...identitySentences, ...mcpSentences, ...modelsSentences, ...runsSentences, ...secretsSentences, ...sourcesSentences, ...vectorsSentences, ...waiversSentences, ...webhooksSentences };
