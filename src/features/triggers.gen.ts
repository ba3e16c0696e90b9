// The features' triggers, generated from src/features by scripts/generate/features.ts. Do not edit.
import { triggers as agentsTriggers } from './agents/triggers.ts';
import { recounts as agentsRecounts } from './agents/triggers.ts';

export const featureTriggers = [...agentsTriggers] as const;
export const featureRecounts = [...agentsRecounts] as const;
