// Parses the log lines that a request asks for, and renders a page of them.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { builderProblem } from '../../builders/builder-problem.ts';
import { logLineSchema } from '../../contract/builder/logs/line.ts';
import { builderLimits } from '../../contract/limits/builder.ts';
import { traffic } from '../../contract/limits/traffic.ts';
import { countSteps } from '../../contract/traffic.ts';
import type { DeploymentId } from '../../core/ids.ts';
import {
  formatPosition,
  type LogPage,
  type LogQuery,
  parsePosition,
  positionPattern,
  readLog,
} from '../../logs/read-log.ts';
import type { AppEnv } from '../context/context.ts';
import { takeLogTurn } from './body-place.ts';
import { optionalWholeNumber, wholeNumber } from './paging.ts';

export const trafficQuery = z.object({
  hours: optionalWholeNumber({ min: 1, max: traffic.hoursMax.hour }).openapi({
    description: `Number of hours up to and including the current one. Defaults to ${traffic.hoursDefault.hour}. By minute, the default is ${traffic.hoursDefault.minute} and the maximum ${traffic.hoursMax.minute}`,
  }),
  step: z.enum(countSteps).default('hour').openapi({ description: 'Whether the counts are by hour or by minute' }),
});

export const logLineModel = z.object(logLineSchema.shape).openapi('LogLine', {
  example: { at: '2026-03-05T09:30:00.000Z', stream: 'stdout', line: 'counted 3 words' },
});

export const logQuery = z.object({
  tail: wholeNumber({ min: 0, max: builderLimits.logLines, default: builderLimits.logLines }).openapi({
    description: 'Maximum number of existing lines to return',
  }),
  cursor: z.string().regex(positionPattern, 'is not a log cursor').transform(parsePosition).optional().openapi({
    type: 'string',
    pattern: positionPattern.source,
    description: '`next_cursor` of the previous page. Returns older lines',
  }),
  since: z.iso
    .datetime({ offset: true })
    .optional()
    .openapi({ description: 'Return only lines printed at this time or later' }),
  request: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional()
    .openapi({ description: 'Return only lines of the request with this ID, up to an hour after it' }),
});
export type LogParameters = z.infer<typeof logQuery>;

export const logPagination = z.object({
  limit: z.int(),
  next_cursor: z.string().nullable().openapi({
    description:
      'Continues with older lines. A page can have fewer lines than `limit`, or none, even if there are older ones',
  }),
});

/** Reads a page in the organization's turn. Throws builder-unavailable if the builder with the newest lines doesn't respond. */
export async function logPage(c: Context<AppEnv>, id: DeploymentId, parameters: LogParameters): Promise<LogPage> {
  await takeLogTurn(c);
  const { tail, cursor, since, request } = parameters;
  const query: LogQuery = {
    limit: tail,
    ...(cursor === undefined ? {} : { before: cursor }),
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    ...(request === undefined ? {} : { request }),
  };
  return readLog(c.var.deps, id, query).catch(unavailable);
}

function unavailable(cause: unknown): never {
  throw builderProblem(cause, 'The builder that has the log') ?? cause;
}

export function toLogPagination(
  { tail }: LogParameters,
  { older }: Pick<LogPage, 'older'>,
): z.infer<typeof logPagination> {
  return { limit: tail, next_cursor: older && formatPosition(older) };
}
