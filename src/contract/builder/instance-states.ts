// Defines the states of an instance.

export const instanceStates = ['starting', 'ready', 'restarting', 'draining', 'stopped', 'failed'] as const;
