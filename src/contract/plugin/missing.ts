// Defines what a version lacks before it can be deployed.
import { z } from 'zod';

/** In the order in which they are reported. `cluster`: a Ray cluster that takes the plugin, with everything that it asks for. */
export const missingKinds = ['grants', 'secrets', 'models', 'cluster', 'packages'] as const;

export const missingSchema = z.object({
  kind: z.enum(missingKinds),
  /** Missing names, such as "network api.example.com" or the name of a secret. Empty if the message names them. */
  names: z.array(z.string()),
  /** Says what is missing and how to provide it. */
  message: z.string(),
  /** The commands that provide it. */
  commands: z.array(z.string()),
});
export type Missing = z.infer<typeof missingSchema>;

/** One message for everything that is missing. `retry` is the sentence that says what to do once it is provided. */
export function formatMissing(plugin: string, missing: readonly Missing[], retry: string): string {
  const [first, ...more] = missing;
  if (first && more.length === 0) return `${first.message} ${retry}`;
  const lines = missing.map(({ message }) => `- ${message.replaceAll('\n', '\n  ')}`);
  return [`${plugin} cannot be deployed before it has what it asks for:`, ...lines, retry].join('\n');
}
