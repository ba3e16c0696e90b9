// Renders the instance that serves a deployment, for the surfaces of all kinds.
import { z } from '@hono/zod-openapi';
import { type InstanceState, instanceStates } from '../../serve/instance-state.ts';

export const restartsModel = z
  .object({
    count: z.int().openapi({ description: 'How often a process was started again' }),
    since: z.iso.datetime().openapi({ description: 'When the instance started, with a count of 0' }),
    last_at: z.iso.datetime().openapi({ description: 'When a process last ended, or could not be started again' }),
    last_reason: z.string().openapi({
      description: 'Why, in at most 500 characters',
      example: 'it used more than its 512 MiB of memory',
    }),
  })
  .nullable()
  .openapi({
    description:
      'Restarts after crashes of the instance, also while it is `restarting`. Null if there was none since it started, and while it is asleep. The log has all of them',
  });

export const instanceModel = z.object({
  state: z.enum(instanceStates).openapi({
    description:
      '`running` answers immediately, `restarting` crashed and is being started again, `asleep` is started by the next call, `failing` did not start the last time, and the next call tries again, `unknown`: the builder did not answer',
  }),
  last_call_at: z.string().nullable(),
  error: z.string().nullable().openapi({ description: 'Why the instance is `failing`. Otherwise null' }),
  restarts: restartsModel,
});

export function restartsWire(restarts: InstanceState['restarts']): z.infer<typeof restartsModel> {
  if (restarts === null) return null;
  const { count, since, last } = restarts;
  return { count, since, last_at: last.at, last_reason: last.reason };
}

export function instanceWire({ state, lastCallAt, restarts, error }: InstanceState): z.infer<typeof instanceModel> {
  return { state, last_call_at: lastCallAt, error, restarts: restartsWire(restarts) };
}
