// The features' subjects of events, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { subjects as webhooksSubjects } from './features/webhooks/subjects.ts';

export const featureSubjects = [...webhooksSubjects] as const;
