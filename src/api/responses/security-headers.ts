// Defines the Content-Security-Policy of each response: for the console, the API reference, and everything that isn't a page.

/** Used for responses that aren't pages. If one is opened as a page, it loads nothing, runs nothing, and has a separate origin. */
export const contentPolicy = "default-src 'none'; sandbox";

/**
 * Returns the console's Content-Security-Policy: only this server's files and API, and the store that receives models. Values from
 * plugins are inserted as text. With Trusted Types, a browser rejects code that would insert them as HTML.
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

/** The API reference's policy: allows only this server's content, so that not even a mistake in the page could send a key elsewhere. */
const pagePolicy = policyOf("connect-src 'self'");

/** The policy of a plain page that refreshes to another. A sandbox would prevent that. */
export const plainPagePolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const pageHeaders = { 'content-security-policy': pagePolicy, 'referrer-policy': 'no-referrer' };
