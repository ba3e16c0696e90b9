// Builds the schemas of events' data.
import { z } from 'zod';

export const eventWithData = <Shape extends z.core.$ZodShape>(description: string, shape: Shape) =>
  z.object(shape).describe(description);
export const eventWithoutData = (description: string) => z.object({}).describe(description);
