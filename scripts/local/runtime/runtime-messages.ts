// Reads what workerd prints, and shortens what it logs itself to one line without its native stack, which means nothing to a user. Lines
// of the Worker stay as they are.
import { z } from 'zod';

const lookupFailed = /getaddrinfo\(\): DNS lookup failed\. host = ([^;\s]+)/;
const nativeStack = /\s*\nstack: \S*workerd\S*@[\s\S]*$/;

const lineSchema = z.object({ level: z.string(), message: z.string() });

/** Reads a line of workerd's output: JSON, except for what it prints about its own crash. */
export function runtimeLine(line: string): z.infer<typeof lineSchema> {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    return { level: 'error', message: line };
  }
}

/** Returns undefined for a message that only concerns workerd's developers. */
export function readableMessage(message: string): string | undefined {
  if (message.startsWith('NOSENTRY ')) return undefined;
  const [, host] = lookupFailed.exec(message) ?? [];
  if (host !== undefined) return `DNS look-up failed: ${host}`;
  return message.replace(nativeStack, '');
}
