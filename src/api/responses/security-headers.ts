// Defines the Content-Security-Policy of each response: the console, the API reference, and everything that is not a page.

/** For responses that are not pages: opened as one, they load nothing, run nothing, and have an origin of their own. */
export const contentPolicy = "default-src 'none'; sandbox";

/**
 * The console's Content-Security-Policy: only this server's files and API, and the store that models are sent to. Values from plugins
 * are inserted as text; Trusted Types make a browser refuse code that would insert them as HTML.
 */
export function consolePolicy(storeUrl: string): string {
  return policyOf(`connect-src 'self' ${new URL(storeUrl).origin}`);
}

function policyOf(connections: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    connections,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** The API reference: allows only what this server serves, so that not even a mistake in the page could send a key elsewhere. */
const pagePolicy = policyOf("connect-src 'self'");

export const pageHeaders = { 'content-security-policy': pagePolicy, 'referrer-policy': 'no-referrer' };
