// Defines what a version lacks before it can be deployed.
import { z } from 'zod';

/** In reporting order. `cluster`: a Ray cluster that accepts the plugin, with everything it asks for. `gpus`: a builder that lends some. */
export const missingKinds = ['grants', 'secrets', 'models', 'cluster', 'gpus', 'packages'] as const;

export const missingSchema = z.object({
  kind: z.enum(missingKinds),
  /** Missing items, such as "network api.example.com" or a secret's name. Empty if the message names them. */
  names: z.array(z.string()),
  /** Message that says what is missing and how to provide it. */
  message: z.string(),
  /** Commands that provide what is missing. */
  commands: z.array(z.string()),
});
export type Missing = z.infer<typeof missingSchema>;

/** Returns one message for everything that is missing. `retry` is a sentence with the step to take afterwards. */
export function formatMissing(plugin: string, missing: readonly Missing[], retry: string): string {
  const [first, ...more] = missing;
  if (first && more.length === 0) return `${first.message} ${retry}`;
  const lines = missing.map(({ message }) => `- ${message.replaceAll('\n', '\n  ')}`);
  return [`${plugin} cannot be deployed until it has what it asks for:`, ...lines, retry].join('\n');
}
