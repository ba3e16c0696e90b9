// Observes a page from its first script on: requests, long tasks, refused content, and when its text was there.
import type { Page } from 'playwright-core';
import { z } from 'zod';

const loadedSchema = z.object({
  firstPaint: z.number(),
  dataShown: z.number(),
  files: z.number(),
  apiRequests: z.number(),
  /** The longest chain of requests that each began after another one had ended. */
  apiDepth: z.number(),
  /** URLs that were requested more than once. */
  repeated: z.array(z.string()),
  /** Received, with headers. */
  bytes: z.number(),
  longTasks: z.array(z.number()),
  violations: z.number(),
});
export type Loaded = z.infer<typeof loadedSchema>;

/** Runs before the scripts of each page that is opened. The last change of its text is when its data is shown. */
const observer = `
  globalThis.observed = { longTasks: [], violations: 0, shown: 0, interactions: [] };
  new PerformanceObserver((list) => observed.longTasks.push(...list.getEntries().map((entry) => entry.duration)))
    .observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => observed.interactions.push(...list.getEntries().map((entry) => entry.duration)))
    .observe({ type: 'event', durationThreshold: 16 });
  document.addEventListener('securitypolicyviolation', () => { observed.violations += 1; });
  new MutationObserver(() => { observed.shown = performance.now(); })
    .observe(document, { childList: true, characterData: true, subtree: true });
`;

const summary = `(() => {
  const [document] = performance.getEntriesByType('navigation');
  const resources = performance.getEntriesByType('resource');
  const isApi = ({ name }) => /^\\/(v1|api)\\//.test(new URL(name).pathname);
  const api = resources.filter(isApi);
  const ended = api.filter((request) => request.responseEnd > 0);
  const depthOf = (request) =>
    1 + Math.max(0, ...ended.filter((other) => other.responseEnd <= request.startTime).map(depthOf));
  const paths = api.map(({ name }) => new URL(name).pathname + new URL(name).search);
  return {
    firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    dataShown: observed.shown,
    files: resources.length - api.length + 1,
    apiRequests: api.length,
    apiDepth: Math.max(0, ...api.map(depthOf)),
    repeated: [...new Set(paths.filter((path, index) => paths.indexOf(path) !== index))],
    bytes: [document, ...resources].reduce((sum, { transferSize }) => sum + transferSize, 0),
    longTasks: observed.longTasks,
    violations: observed.violations,
  };
})()`;

export async function observe(page: Page): Promise<void> {
  await page.addInitScript(observer);
}

export async function readLoaded(page: Page): Promise<Loaded> {
  return loadedSchema.parse(await page.evaluate(summary));
}

/** Returns the longest time from input to the next paint since the last call. Zero if all took 16 ms or less. */
export async function longestInteraction(page: Page): Promise<number> {
  const durations = z.array(z.number()).parse(await page.evaluate('observed.interactions.splice(0)'));
  return Math.max(0, ...durations);
}
