// Shortens what workerd itself logs to one line without its native stack, which means nothing to a user. Lines of the Worker stay as
// they are.

const lookupFailed = /getaddrinfo\(\): DNS lookup failed\. host = ([^;\s]+)/;
const nativeStack = /\s*\nstack: \S*workerd\S*@[\s\S]*$/;

/** Returns undefined for a message that only concerns workerd's developers. */
export function readableMessage(message: string): string | undefined {
  if (message.startsWith('NOSENTRY ')) return undefined;
  const [, host] = lookupFailed.exec(message) ?? [];
  if (host !== undefined) return `DNS look-up failed: ${host}`;
  return message.replace(nativeStack, '');
}
