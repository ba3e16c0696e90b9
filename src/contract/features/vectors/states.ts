// Defines the closed set of states of a vector feature.

/** The feature's index in the store: being created, existing, or being removed. */
export const featureStates = ['adding', 'ready', 'removing'] as const;
