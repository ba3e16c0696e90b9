// Tests that the maps are accurate: each path in them exists, each `file: symbol` is declared in that file, each project folder name is
// valid, and the import table is the enforced one.
import { globSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { mayImport } from './import-table.ts';
import { exists, filesUnder, linesOf, type SourceFile } from './source-files.ts';

/** Folders relative to which a path may be written. Paths in the map are relative to `src`. */
const bases = ['', 'src/', 'builder/server/'];
const byPath = new Map(
  ['src', 'builder/server', 'scripts', 'test'].flatMap((folder) => filesUnder(folder)).map((file) => [file.path, file]),
);

const maps = ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/crossing-organizations.md', 'docs/tour.md', 'docs/where.md'];
describe.each(maps)('%s', (document) => {
  const spans = linesOf(document).flatMap((line, index) => spansOf(line).map((span) => ({ ...span, line: index + 1 })));
  const paths = spans.filter(({ path }) => isPath(path));

  test('names only files and folders that exist', () => {
    const wrong = paths.filter(({ path, base }) => found(path, base) === undefined);
    expect(wrong.map(({ line, path }) => `${document}:${line}: ${path}`)).toEqual([]);
    expect(paths.length).toBeGreaterThan(15);
  });

  test('names only symbols that their files declare', () => {
    const wrong = paths.flatMap(({ line, path, base, symbols }) => {
      const file = byPath.get(found(path, base) ?? '');
      return symbols
        .filter((symbol) => !file || !declares(file, symbol))
        .map((symbol) => `${document}:${line}: ${path}: ${symbol}`);
    });
    expect(wrong).toEqual([]);
  });

  test('links to files that exist', () => {
    const links = linesOf(document).flatMap((line) =>
      [...line.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, to = '']) => to),
    );
    expect(links.filter((to) => !exists(posix.join(posix.dirname(document), to)))).toEqual([]);
  });
});

test('CONTRIBUTING.md lists the vitest projects with their folders', () => {
  const config = linesOf('vitest.config.ts').join('\n');
  const rows = linesOf('CONTRIBUTING.md').flatMap((line) => {
    const [, name, folders = ''] = /^\| `(\w+)` \| `(test\/[^`]*)`(?:, `[^`]*`)* \|/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, folders }];
  });
  const names = [...config.matchAll(/^\s+name: '(\w+)'/gm)].map(([, name]) => name);
  expect(rows.map(({ name }) => name).sort()).toEqual([...new Set(names)].sort());
  expect(rows.filter(({ folders }) => !config.includes(`'${folders}/**/*.test.ts'`))).toEqual([]);
});

test('docs/where.md has a row for each part in src', () => {
  const rows = linesOf('docs/where.md').filter((line) => line.startsWith('| `'));
  const parts = [...new Set(filesUnder('src').map(({ part }) => part))].filter((part) => part !== 'deps');
  expect(parts.filter((part) => !rows.some((row) => new RegExp(`^\\| [^|]*\`${part}[\`/.]`).test(row)))).toEqual([]);
});

test('ARCHITECTURE.md shows the import table', () => {
  const lines = linesOf('ARCHITECTURE.md');
  const start = lines.indexOf('| part | may import | | part | may import |');
  const rows = lines
    .slice(start + 2, lines.indexOf('', start))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const namesIn = (cell = '') => {
    const names = cell.replace(/ \(.*\)$/, '').matchAll(/`([\w/-]+)`/g);
    return [...names].map(([, name = '']) => name.replace('/server', ''));
  };
  const shown = rows
    .flatMap(([, left, leftImports, , right, rightImports]) => [
      [left, leftImports],
      [right, rightImports],
    ])
    .flatMap(([parts, imports]) => namesIn(parts).map((part) => [part, namesIn(imports).sort()] as const));
  const table = Object.entries(mayImport).map(([part, imports]) => [part, [...imports].sort()] as const);
  const byName = (a: readonly [string, unknown], b: readonly [string, unknown]) => a[0].localeCompare(b[0]);
  expect(shown.sort(byName)).toEqual(table.sort(byName));
});

interface Span {
  path: string;
  /** Folder of the preceding path on the same line, for `rollouts/a.ts`, `b.ts`. */
  base: string;
  symbols: string[];
}

/** Returns code in backticks: a path, and the symbols after a colon. */
function spansOf(line: string): Span[] {
  let base = '';
  const code = [...line.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
  const ofCommands = code
    .filter((text) => /^(?:vitest|node|go|python3) /.test(text))
    .flatMap((text) => text.split(' '));
  return [...code, ...ofCommands].map((text) => {
    const [, path = text, names] = /^([\w./-]+\.tsx?): ([\w, .]+)$/.exec(text) ?? [];
    const span = { path, base, symbols: names?.split(', ').map((name) => name.split('.')[0] ?? '') ?? [] };
    if (path.includes('/')) base = path.slice(0, path.lastIndexOf('/') + 1);
    return span;
  });
}

/** File names in the documents end with an extension. Folders end with a slash or start with a known folder. */
function isPath(text: string): boolean {
  if (/[<>*]|^[/.]|^node\b|^\d/.test(text) || !/^[\w./{},-]+$/.test(text)) return false;
  // A build creates these folders, so a fresh checkout lacks them.
  if (text === 'public/console' || text === 'public/docs') return false;
  if (text.startsWith('uploads/') || text.startsWith('archives/') || text.startsWith('tests/')) return false;
  if (/\.(?:tsx?|js|py|md|sql|go|json|toml)$/.test(text)) return !/^(?:manifest\.py|plugin\.yaml)$/.test(text);
  return (
    /^(?:src|test|scripts|docs|builder|bench|public|migrations)\//.test(text) || (text.endsWith('/') && text.length > 1)
  );
}

function found(path: string, base: string): string | undefined {
  return [...bases, base, `src/${base}`]
    .map((start) => start + path)
    .find((candidate) => (/[{*]/.test(candidate) ? globSync(candidate).length > 0 : exists(candidate)));
}

function declares({ source }: SourceFile, name: string): boolean {
  let isDeclared = false;
  const visit = (node: ts.Node): void => {
    if (isDeclared) return;
    const declared =
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isVariableDeclaration(node) ||
      ts.isMethodDeclaration(node);
    if (declared && node.name?.getText() === name) isDeclared = true;
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return isDeclared;
}
