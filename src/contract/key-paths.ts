// Defines the paths that an API key can be limited to.

/** Admits each path below a namespace in one way only: without encoding, empty segments, or segments of dots. */
export const keyPathPattern = /^\/v1\/namespaces\/ns_[0-9a-z]+(?:\/\.*[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/;

export const keyPathExample = '/v1/namespaces/ns_01m7wc54fherz84624ahd0kr7h/tool-sets/research';
