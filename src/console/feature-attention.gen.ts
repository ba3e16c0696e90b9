// The features' rows of what someone should look at, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { attention as approvalsAttention } from './features/approvals/attention.ts';

export const featureAttention = [...approvalsAttention] as const;
