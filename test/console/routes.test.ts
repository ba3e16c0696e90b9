// Tests that every console page is covered by tests for accessibility, its pictures and its command (test/console/pages.ts).
// @module-tag long
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from './pages.ts';

const folder = 'src/console/routes';

const parents = { plugin: '/n/$namespace/plugins/$name', goPlugin: '/n/$namespace/go/$kind/$name' };

/** Returns the paths of all routes. Tabs include their parent's path. */
async function routePaths(): Promise<string[]> {
  const sources = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  const routes = sources.flatMap((source) => source.split('createRoute({').slice(1));
  return routes.flatMap((route) => {
    const path = /^ {2}path: '([^']+)'/m.exec(route)?.[1];
    if (path === undefined) return [];
    const below = Object.entries(parents).find(([name]) => route.includes(`getParentRoute: () => ${name},`));
    return [below ? join(below[1], path) : path];
  });
}

/** Returns a pattern that matches the path with any values in place of its parameters. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\/$/, '').replaceAll(/\$\w+/g, '[^/]+')}/?$`);
}

/**
 * Pages covered elsewhere. A Go plugin must be built first, which test/console/other-kinds.test.ts does if Go is installed;
 * test/console/actions/organization-plugins.test.ts publishes for the organization. Both check these pages for barriers. /usage only redirects (test/console/organization.test.ts).
 */
const elsewhere = [
  '/n/$namespace/organization-plugins/$plugin',
  '/usage',
  '/n/$namespace/go/$kind/$name',
  ...['/', '/playground', '/logs', '/settings', '/diff'].map((tab) => `/n/$namespace/go/$kind/$name${tab}`),
];

test('every console route is listed with its tests', async () => {
  const paths = pages.map(({ path }) => path.replace(/\?.*/, ''));
  const missing = (await routePaths()).filter((route) => !paths.some((path) => patternOf(route).test(path)));
  expect(missing.sort()).toEqual(elsewhere.sort());
});
