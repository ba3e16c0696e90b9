// Enforces the import table in ARCHITECTURE.md, and the order of rooms inside parts. It reads the import statements.
import { describe, expect, test } from 'vitest';
import { mayImport, rooms } from './import-table.ts';
import { exists, filesUnder, importsOf, partOf, type SourceFile } from './source-files.ts';

/** Only code that creates Deps may read the environment. */
const onlyFor: Record<string, string[]> = { bindings: ['bindings', 'api', 'worker-deps', 'worker'] };

const files = [...filesUnder('src'), ...filesUnder('builder/server')];
const imports = new Map(files.map((file) => [file.path, importsOf(file)]));

test('every part of src is in the import table', () => {
  expect([...new Set(files.map(({ part }) => part))].filter((part) => !(part in mayImport))).toEqual([]);
});

test('every import follows the import table', () => {
  const wrong = importPairs().filter(([file, target]) => !isAllowed(file.part, partOf(target)));
  expect(wrong.map(([{ path }, target]) => `${path} imports ${target}`)).toEqual([]);
});

function isAllowed(part: string, target: string): boolean {
  const seen = new Set([part]);
  for (const name of seen) for (const next of mayImport[name] ?? []) seen.add(next);
  return seen.has(target) && (onlyFor[target]?.includes(part) ?? true);
}

function importPairs(): [SourceFile, string][] {
  return files.flatMap((file) => importsOf(file).map((target): [SourceFile, string] => [file, target]));
}

describe.each(Object.entries(rooms))('%s', (folder, order) => {
  const inside = files.filter(({ path }) => path.startsWith(`${folder}/`));
  const roomOf = (path: string) => {
    const [room = '', ...below] = path.slice(folder.length + 1).split('/');
    return below.length > 0 || order.includes(room) ? room : '.';
  };

  test('rooms are exactly those listed', () => {
    expect([...new Set(inside.map(({ path }) => roomOf(path)))].sort()).toEqual([...order].sort());
  });

  test('rooms import only rooms listed before them', () => {
    const upward = inside.flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith(`${folder}/`))
        .filter((target) => order.indexOf(roomOf(target)) > order.indexOf(roomOf(file.path)))
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(upward).toEqual([]);
  });
});

/** Files that list features. */
const isList = (path: string) => path === 'src/features.ts' || path.endsWith('.gen.ts');
const featureOf = (path: string) => /(?:^|\/)features\/([^/]+)\//.exec(path)?.[1];

test('the kernel imports no feature, and a feature no other', () => {
  const wrong = importPairs().filter(([{ path }, target]) => {
    const feature = featureOf(target);
    return feature !== undefined && feature !== featureOf(path) && !isList(path);
  });
  expect(wrong.map(([{ path }, target]) => `${path} imports ${target}`)).toEqual([]);
});

test("the kernel's tests import no feature, and a feature's tests no other", () => {
  const wrong = filesUnder('test').flatMap((file) =>
    importsOf(file)
      .filter((target) => featureOf(target) !== undefined && featureOf(target) !== featureOf(file.path))
      .map((target) => `${file.path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('every imported file exists', () => {
  const missing = importPairs().filter(([, target]) => !exists(target));
  expect(missing.map(([{ path }, target]) => `${path} imports ${target}`)).toEqual([]);
});

test('there are no import cycles', () => {
  const cycles: string[] = [];
  const done = new Set<string>();
  for (const { path } of files) {
    const trail = [{ path, left: [...(imports.get(path) ?? [])] }];
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const next = done.has(top.path) ? undefined : top.left.pop();
      if (next === undefined) {
        done.add(top.path);
        trail.pop();
      } else if (trail.some((step) => step.path === next)) {
        const loop = trail.slice(trail.findIndex((step) => step.path === next));
        cycles.push([...loop.map((step) => step.path), next].join(' → '));
      } else {
        trail.push({ path: next, left: [...(imports.get(next) ?? [])] });
      }
    }
  }
  expect(cycles).toEqual([]);
});

test('only core/normalization.ts calls the normalize of strings, whose time is the square of a run of combining marks', () => {
  const found = files.filter(({ text }) => /\.normalize\((?:\)|[^)]*'NF)/.test(text));
  expect(found.map(({ path }) => path)).toEqual(['src/core/normalization.ts']);
});

const handled =
  /addEventListener\(\s*'key(?:down|press|up)'|\bonKey(?:Down|Press|Up)(?:Capture)?=|\bon-?key(?:down|press|up)\s*[=:]/gi;
const guarded = /\bisComposing\(event/g;

test('each handler of keys asks isComposing (src/console/parts/frame/composition.ts)', () => {
  const found = ['src/console', 'src/reference'].flatMap(filesUnder).map(({ path, text }) => ({
    path,
    handlers: [...text.matchAll(handled)].length,
    guards: [...text.matchAll(guarded)].length,
  }));
  expect(found.filter(({ handlers }) => handlers > 0).length).toBeGreaterThan(4);
  expect(found.filter(({ guards, handlers }) => guards < handlers).map(({ path }) => path)).toEqual([]);
});
