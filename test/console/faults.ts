// Collects the browser's reports about pages: script errors and content security policy violations.
import type { BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';

const violation = z.object({ directive: z.string(), blocked: z.string(), where: z.string() });
export type Violation = z.infer<typeof violation>;

const reporting = `addEventListener('securitypolicyviolation', (event) => globalThis.reportViolation({
  directive: event.effectiveDirective, blocked: event.blockedURI, where: location.pathname,
}));`;

/** Adds each violation on any of the context's pages to the list. */
export async function collectViolations(context: BrowserContext, violations: Violation[]): Promise<void> {
  await context.exposeFunction('reportViolation', (event: unknown) => {
    violations.push(violation.parse(event));
  });
  await context.addInitScript(reporting);
}

/** Returns the errors that the browser logs, except 404s, because a page shown as not found is also a 404 in the browser. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('404')) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  return faults;
}
