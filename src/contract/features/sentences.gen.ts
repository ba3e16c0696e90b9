// The features' sentences about events, generated from src/contract/features by scripts/generate/features.ts. Do not edit.
import { sentences as agentsSentences } from './agents/sentences.ts';
import { sentences as approvalsSentences } from './approvals/sentences.ts';
import { sentences as clustersSentences } from './clusters/sentences.ts';
import { sentences as deployHooksSentences } from './deploy-hooks/sentences.ts';
import { sentences as identitySentences } from './identity/sentences.ts';
import { sentences as mcpSentences } from './mcp/sentences.ts';
import { sentences as modelsSentences } from './models/sentences.ts';
import { sentences as runsSentences } from './runs/sentences.ts';
import { sentences as secretsSentences } from './secrets/sentences.ts';
import { sentences as sourcesSentences } from './sources/sentences.ts';
import { sentences as vectorsSentences } from './vectors/sentences.ts';
import { sentences as waiversSentences } from './waivers/sentences.ts';
import { sentences as webhooksSentences } from './webhooks/sentences.ts';

export const featureSentences = { ...agentsSentences, ...approvalsSentences, ...clustersSentences, ...deployHooksSentences, ...identitySentences, ...mcpSentences, ...modelsSentences, ...runsSentences, ...secretsSentences, ...sourcesSentences, ...vectorsSentences, ...waiversSentences, ...webhooksSentences };
