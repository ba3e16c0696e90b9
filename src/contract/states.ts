// The closed sets of states and kinds. The schema's CHECKs are made from them; transitions of deployments are in deploy/states.ts.

export const pluginKinds = ['extractor', 'pipeline', 'storage', 'agent'] as const;
export type PluginKind = (typeof pluginKinds)[number];

export const keyStates = ['active', 'expired', 'revoked'] as const;
export type KeyState = (typeof keyStates)[number];

export const uploadStates = ['open', 'confirming', 'accepted', 'rejected', 'expired'] as const;
export type UploadState = (typeof uploadStates)[number];

export const scanStates = ['queued', 'running', 'done', 'errored'] as const;
export type ScanState = (typeof scanStates)[number];

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

/** Its index in the store is being made, is there, or is being removed. */
export const featureStates = ['adding', 'ready', 'removing'] as const;
export type FeatureState = (typeof featureStates)[number];

export const queueNames = ['scans', 'deployments', 'deliveries'] as const;
export type QueueName = (typeof queueNames)[number];

export const endpointStates = ['enabled', 'disabled'] as const;
export type EndpointState = (typeof endpointStates)[number];

/** Someone asked for it, the receiver answered 410, or nothing but failures came of it for days. */
export const disableReasons = ['request', 'gone', 'failing'] as const;
export type DisableReason = (typeof disableReasons)[number];

export const deliveryStates = ['pending', 'succeeded', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Of an agent plugin's artifact. unverifiable: its checksum is no whole SHA-256, so there is nothing to compare with. */
export const verificationStates = ['pending', 'verified', 'mismatch', 'unreachable', 'unverifiable'] as const;
export type VerificationState = (typeof verificationStates)[number];
