// Checks docs/parity.md: every operation of the API has a command and a page of the console, or says why not, and both send it.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { filesUnder, importsOf, linesOf, type SourceFile } from './source-files.ts';

interface Row {
  operation: string;
  command: string;
  place: string;
}

const rows = linesOf('docs/parity.md').flatMap((line): Row[] => {
  const [, operation, command, place] = /^\| `(\w+)` \| (.+) \| (.+) \|$/.exec(line) ?? [];
  return operation && command && place ? [{ operation, command, place }] : [];
});
const isNone = (cell: string) => /^none: \S.{10,}/.test(cell);

const document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))) });
/** Operations by their requests, such as `get /v1/keys/{}`. */
const operations = new Map(
  Object.entries(document.parse(JSON.parse(linesOf('openapi.json').join('\n'))).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [`${method} ${generic(path)}`, operationId] as const),
  ),
);

const files = new Map(
  ['src/cli', 'src/client', 'src/console', 'src/core', 'src/contract']
    .flatMap((folder) => filesUnder(folder))
    .map((file) => [file.path, file]),
);

/** Without the names of its parameters. */
function generic(path: string): string {
  return path.replaceAll(/\$?\{[^}]*\}/g, '{}');
}

const kindsOfGo = /\$\{surfaces\[\w+\]\}|^surfaces\[\w+\]$/;

/** The operations that a file requests: by the client, or by a link. */
function requestedBy({ source: { text } }: SourceFile): string[] {
  const constants = new Map(
    [...text.matchAll(/const (\w+) = '(\/[^']*)'/g)].map(([, name = '', path = '']) => [name, path]),
  );
  const calls = text.matchAll(
    /\.(get|post|put|patch|delete|lines|events)\(\s*(?:[`']([^`']+)[`']|(surfaces\[\w+\])|(\w+))\s*[,)]/g,
  );
  const exact = text.matchAll(/\.exact\(\s*'(\w+)',\s*(?:[`']([^`']+)[`']|(surfaces\[\w+\])|(\w+))\s*[,)]/g);
  const links = [...text.matchAll(/href=\{`([^`]+)`\}/g)].map(([, path = '']) => ['get', path] as const);
  const sent = [...calls, ...exact].map(([, method = '', path, surface, name]) => {
    const isRead = method === 'lines' || method === 'events';
    return [isRead ? 'get' : method, path ?? surface ?? constants.get(name ?? '') ?? ''] as const;
  });
  return [...sent, ...links].flatMap(([method, path]) => {
    const whole = path.replaceAll(/\$\{(\w+)\}/g, (text, name) => constants.get(name) ?? text);
    const paths = ['/api/plugins', '/api/storage-plugins'].map((surface) => generic(whole.replace(kindsOfGo, surface)));
    return [...new Set(paths)].flatMap((one) => operations.get(`${method} ${one}`) ?? []);
  });
}

const requests = new Map([...files].map(([path, file]) => [path, requestedBy(file)]));

function requestedIn(folder: string): Set<string> {
  return new Set([...requests].filter(([path]) => path.startsWith(folder)).flatMap(([, found]) => found));
}

/** Operations that the files request with everything that they import. */
function requestedFrom(starts: readonly string[]): Set<string> {
  const seen = new Set(starts);
  for (const path of seen) {
    const file = files.get(path);
    for (const next of file ? importsOf(file) : []) if (files.has(next)) seen.add(next);
  }
  return new Set([...seen].flatMap((path) => requests.get(path) ?? []));
}

/** URLs of the pages that have tabs. */
const framed: Record<string, string> = {
  plugin: '/n/$namespace/plugins/$name',
  goPlugin: '/n/$namespace/go/$kind/$name',
};

/** Operations of each page: its own file, and what its route reads before it. A plugin's first tab has the URL of its frame. */
const pages = Map.groupBy(
  [...files.values()]
    .filter(({ path }) => path.startsWith('src/console/routes/'))
    .flatMap((file) => {
      const data = importsOf(file).filter((path) => path.startsWith('src/console/data/'));
      return file.source.text.split('createRoute({').flatMap((route): [string, Set<string>][] => {
        const path = /^ {2}path: (?:'([^']+)'|pluginPath)/m.exec(route);
        if (!path) return [];
        const parent = /getParentRoute: \(\) => (\w+),/.exec(route)?.[1] ?? '';
        const below = framed[parent] ?? '';
        const url = join('/', below, path[1] ?? '/n/$namespace/plugins/$name').replaceAll(/\$(\w+)/g, '{$1}');
        const page = /import\('\.\.\/(pages\/[^']+)'\)/.exec(route)?.[1];
        const starts = page === undefined ? importsOf(file) : [`src/console/${page}`, ...data];
        return [[url.replace(/(.)\/$/, '$1'), requestedFrom(starts)]];
      });
    }),
  ([url]) => url,
);

test('every operation is in the table once, in the order of the document', () => {
  expect(rows.map(({ operation }) => operation)).toEqual([...operations.values()]);
});

// Promised in docs/parity.md: the [command](cli.md) that does it
test('every operation has a command that exists and that sends it, or says why it has none', () => {
  const commands = new Set(linesOf('docs/cli.md').flatMap((line) => /^### (.+)$/.exec(line)?.[1] ?? []));
  const [sent, all] = [requestedIn('src/cli/'), new Set([...requestedIn('src/cli/'), ...requestedIn('src/client/')])];
  const wrong = rows.filter(({ command, operation }) => {
    if (isNone(command)) return sent.has(operation);
    const [, name = ''] = /^`([a-z -]+)`$/.exec(command) ?? [];
    return !commands.has(name) || !all.has(operation);
  });
  expect(wrong.map(({ command, operation }) => `${operation}: ${command}`)).toEqual([]);
});

// Promised in docs/parity.md: What has no command or no page says why.
test('every operation has a page that exists and that sends it, or says why it has none', () => {
  const sent = requestedIn('src/console/');
  const wrong = rows.filter(({ operation, place }) => {
    if (isNone(place)) return sent.has(operation);
    const urls = [...place.matchAll(/`(\/[^`]*)`/g)].map(([, url = '']) => url);
    return urls.length === 0 || !urls.every((url) => pages.get(url)?.some(([, found]) => found.has(operation)));
  });
  expect(wrong.map(({ operation, place }) => `${operation}: ${place}`)).toEqual([]);
});
