// The features' actions on a namespace, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { namespaceActions as vectorsNamespaceActions } from './features/vectors/namespace-actions.ts';

export const featureNamespaceActions = [...vectorsNamespaceActions] as const;
