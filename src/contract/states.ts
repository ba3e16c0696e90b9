// Defines the closed sets of states and kinds. The schema's CHECK constraints use them; deployment transitions are in pointers/states.ts.

export const pluginKinds = ['extractor', 'pipeline', 'storage', 'agent'] as const;
export type PluginKind = (typeof pluginKinds)[number];

export const keyStates = ['active', 'expired', 'revoked'] as const;
export type KeyState = (typeof keyStates)[number];

export const uploadStates = ['open', 'confirming', 'accepted', 'rejected', 'expired'] as const;
/** Upload steps in order, and the possible outcomes of each. */
export const uploadStepNames = ['receive', 'scan', 'publish'] as const;
export const uploadStepStates = ['waiting', 'in_progress', 'done', 'failed', 'not_reached'] as const;
export type UploadState = (typeof uploadStates)[number];

export const scanStates = ['queued', 'running', 'done', 'errored'] as const;

export const verdicts = ['pass', 'warn', 'reject'] as const;
export type Verdict = (typeof verdicts)[number];

export const policyLevels = ['seed', 'strict'] as const;
export type PolicyLevel = (typeof policyLevels)[number];

export const deploymentStates = [
  'queued',
  'claimed',
  'building',
  'starting',
  'verifying',
  'ready',
  'promoted',
  'failed',
  'superseded',
  'cancelled',
  'stopped',
] as const;
export type DeploymentState = (typeof deploymentStates)[number];

export const deploymentTypes = ['realtime', 'batch_only'] as const;
export type DeploymentType = (typeof deploymentTypes)[number];

export const deploymentSteps = ['build', 'start', 'verify', 'promote'] as const;
export type DeploymentStep = (typeof deploymentSteps)[number];

/** States of a run (runs/states.ts). Those after `running` are final. `partial`: some rows failed. `expired`: never started. */
export const runStates = [
  'open',
  'queued',
  'splitting',
  'running',
  'succeeded',
  'partial',
  'failed',
  'cancelled',
  'expired',
] as const;
export type RunState = (typeof runStates)[number];

export const chunkStates = ['waiting', 'running', 'done'] as const;

/** On an `open` cluster, plugins that are granted hosts may run; on others, only plugins that ask for none. Nothing enforces it there. */
export const clusterNetworks = ['none', 'open'] as const;
export type ClusterNetwork = (typeof clusterNetworks)[number];

/** Where an extractor version runs: confined by Slipway, or on a Ray cluster. */
export const extractorPlacements = ['sandbox', 'ray'] as const;
export type ExtractorPlacement = (typeof extractorPlacements)[number];

export const queueNames = ['scans', 'deployments', 'deliveries', 'runs', 'calls', 'lowCalls'] as const;
export type QueueName = (typeof queueNames)[number];

/** States of what sends or receives requests: webhooks, deploy hooks. */
export const endpointStates = ['enabled', 'disabled'] as const;
export type EndpointState = (typeof endpointStates)[number];

/** States of a later call. Transitions are in serve/later/states.ts. */
export const laterCallStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired'] as const;
export type LaterCallState = (typeof laterCallStates)[number];

/** Queues of later calls. */
export const callPriorities = ['normal', 'low'] as const;
export type CallPriority = (typeof callPriorities)[number];
export const callQueues = { normal: 'calls', low: 'lowCalls' } as const satisfies Record<CallPriority, QueueName>;
