// Renders the capabilities that a Go plugin's program reaches.
import { z } from '@hono/zod-openapi';
import { goCapabilityNames, type ReachedCapability } from '../../contract/builder/analyses.ts';

export const capabilityModel = z
  .object({
    name: z.enum(goCapabilityNames),
    path: z.array(z.string()).openapi({
      description: 'An example: functions from the plugin (`plugin.…`) to the function with the capability',
      example: ['plugin.rates.Execute', 'github.com/x/y.Client.Do', 'net.Dial'],
    }),
    through: z
      .string()
      .openapi({ description: 'First function of a required module. If there is none, the last function on the path' }),
    module: z.string().nullable().openapi({
      description: 'The required module on the path. Null if the plugin itself uses the standard library',
      example: 'github.com/x/y@v1.3.0',
    }),
    reason: z.string().nullable().openapi({ description: 'Why the analysis failed and nothing is known' }),
  })
  .openapi('GoCapability');

export const capabilityChangeModel = capabilityModel.extend({ change: z.enum(['added', 'removed']) });

export function capabilityWire({ reason, ...capability }: ReachedCapability): z.infer<typeof capabilityModel> {
  return { ...capability, reason: reason ?? null };
}
