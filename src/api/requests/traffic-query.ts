// Parses which calls a request for traffic asks for: how many hours of them, by the hour or by the minute.
import { z } from '@hono/zod-openapi';
import { traffic } from '../../contract/limits/traffic.ts';
import { countSteps } from '../../contract/traffic.ts';
import { optionalWholeNumber } from './whole-number.ts';

export const trafficQuery = z.object({
  hours: optionalWholeNumber({ min: 1, max: traffic.hoursMax.hour }).openapi({
    description: `How many hours, of which the last one is the current one: by default ${traffic.hoursDefault.hour}, and by the minute ${traffic.hoursDefault.minute}, of at most ${traffic.hoursMax.minute}`,
  }),
  step: z
    .enum(countSteps)
    .default('hour')
    .openapi({ description: 'Whether the counts are by the hour or by the minute' }),
});
