// The features' triggers, generated from src/features by scripts/generate/features.ts. Do not edit.
import { triggers as agentsTriggers } from './agents/triggers.ts';
import { triggers as searchTriggers } from './search/triggers.ts';
import { recounts as agentsRecounts } from './agents/triggers.ts';
import { recounts as searchRecounts } from './search/triggers.ts';

export const featureTriggers = [...agentsTriggers, ...searchTriggers] as const;
export const featureRecounts = [...agentsRecounts, ...searchRecounts] as const;
