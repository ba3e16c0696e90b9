// The features' links from a version that waits, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { stagedLinks as approvalsStagedLinks } from './features/approvals/staged-links.ts';

export const featureStagedLinks = [...approvalsStagedLinks] as const;
