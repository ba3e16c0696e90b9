// Tests that no page of the console is without its tests: axe, pictures, its command (test/console/pages.ts).
// @module-tag long
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from './pages.ts';

const folder = 'src/console/routes';

const parents = { plugin: '/n/$namespace/plugins/$name', goPlugin: '/n/$namespace/go/$kind/$name' };

/** Paths of the routes, those of tabs with the path that they are below. */
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

/** Matches what stands for a parameter with what a page of the list has there. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\/$/, '').replaceAll(/\$\w+/g, '[^/]+')}/?$`);
}

/**
 * A Go plugin is built first, which test/console/other-kinds.test.ts does where there is a Go; test/console/actions/organization-plugins.test.ts
 * publishes for the organization. Both look for barriers on these pages.
 */
const elsewhere = [
  '/n/$namespace/organization-plugins/$plugin',
  '/n/$namespace/go/$kind/$name',
  ...['/', '/playground', '/logs', '/settings', '/diff'].map((tab) => `/n/$namespace/go/$kind/$name${tab}`),
];

test('every route of the console has a row in the list of its tests', async () => {
  const paths = pages.map(({ path }) => path.replace(/\?.*/, ''));
  const missing = (await routePaths()).filter((route) => !paths.some((path) => patternOf(route).test(path)));
  expect(missing).toEqual(elsewhere);
});
