// Defines the events, queue messages and settings of deploy hooks and their pushes.
import { z } from 'zod';
import { eventWithData, eventWithoutData } from '../../event-data.ts';
import { idSchema } from '../../ids.ts';
import { inDays } from '../../limits/retention.ts';
import { hookActions, hookProviders } from './states.ts';

/** In documentation. */
export const exampleHookId = 'dhk_01m7wc54fherz84624ahd0kr7h';

const push = {
  hook_id: z.string().describe('ID of the deploy hook, `dhk_…`').meta({ example: exampleHookId }),
  ref: z.string().nullable().describe('Full name of the pushed branch or tag.'),
};
const version = z.string().describe('ID of a version, `ver_…`');

export const events = {
  'deploy_hook.created': eventWithData('A deploy hook was created.', {
    kind: z.string(),
    plugin: z.string(),
    provider: z.enum(hookProviders),
    action: z.enum(hookActions),
  }),
  'deploy_hook.updated': eventWithData('A deploy hook was updated.', { fields: z.array(z.string()) }),
  'deploy_hook.deleted': eventWithoutData('A deploy hook was deleted. Its queued pushes have failed.'),
  'deploy_hook.secret_rotated': eventWithData("A deploy hook's secret was rotated.", {
    previous_valid_until: z.string(),
  }),
  'push.received': eventWithData('A deploy hook received a push and enqueued it.', push),
  'push.ignored': eventWithData('A deploy hook received a request that deploys nothing.', {
    ...push,
    because: z.string(),
  }),
  'push.started': eventWithData('A deploy hook started an attempt at a push.', push),
  'push.published': eventWithData(
    "A push's commit was published. Unless the hook only publishes, it is deployed next.",
    {
      ...push,
      version_id: version,
      commit: z.string().nullable(),
    },
  ),
  'push.deploying': eventWithData("A push's version is being deployed. The next push can start.", {
    ...push,
    version_id: version,
    deployment_id: z.string(),
  }),
  'push.delayed': eventWithData("A push's source could not be fetched. It will be retried.", {
    ...push,
    error: z.object({ code: z.string(), message: z.string() }),
    next_at: z.string(),
  }),
  'push.live': eventWithData('The pushed version is live.', {
    ...push,
    version_id: version,
    deployment_id: z.string(),
    commit: z.string().nullable(),
  }),
  'push.failed': eventWithData('A push failed. The live version stays live.', {
    ...push,
    error: z.object({ code: z.string(), message: z.string() }),
  }),
  'push.superseded': eventWithData('A newer push superseded this one before it started.', { ...push, by: z.string() }),
};

export const messages = [
  /** Processes the deploy hook's newest push. */
  z.object({ v: z.literal(1), type: z.literal('run-hook'), id: idSchema('deployHook') }),
  /** Reports a push's state to its Git provider. */
  z.object({ v: z.literal(1), type: z.literal('report-push'), id: idSchema('push') }),
] as const;

const days = 24 * 60 * 60 * 1000;

export const settings = {
  /** Pushes, after they ended. Repeated delivery IDs are recognized as long as the push is kept. */
  PUSH_RETENTION_DAYS: inDays(30 * days, 1, 365),
};
