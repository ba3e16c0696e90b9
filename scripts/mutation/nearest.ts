// Finds the tests with the shortest import path to a source file.
import { readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { projectFiles } from '../testing/project-files.ts';

const nearestMax = 3;
const isTest = /^test\/.+\.test\.ts$/;

/** Maps each TypeScript file in the project to its importers. */
export async function readImporters(root: string): Promise<Map<string, string[]>> {
  const importers = new Map<string, string[]>();
  const paths = (await projectFiles(['src', 'builder', 'scripts', 'test'], root)).filter((path) =>
    /\.tsx?$/.test(path),
  );
  for (const path of paths.toSorted()) {
    const text = await readFile(join(root, path), 'utf8');
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      if (!fileName.startsWith('.')) continue;
      const imported = posix.normalize(posix.join(dirname(path), fileName));
      importers.set(imported, [...(importers.get(imported) ?? []), path]);
    }
  }
  return importers;
}

/** Returns at most three tests, nearest first. */
export function nearestTests(importers: ReadonlyMap<string, readonly string[]>, file: string): string[] {
  const seen = new Set([file]);
  const found: string[] = [];
  let around = [file];
  while (around.length > 0 && found.length < nearestMax) {
    const next = [...new Set(around.flatMap((path) => importers.get(path) ?? []))].filter((path) => !seen.has(path));
    for (const path of next) seen.add(path);
    const subject = subjectOf(file);
    const byFolder = (path: string) => (path.startsWith(`test/${subject}/`) ? 0 : 1);
    found.push(...next.filter((path) => isTest.test(path)).toSorted((a, b) => byFolder(a) - byFolder(b)));
    around = next;
  }
  return found.slice(0, nearestMax);
}

/** Returns `rollouts` for `src/rollouts/steps/claim.ts` and `builder` for the builder. Test folders have the same names as code folders. */
function subjectOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  return top === 'src' ? second : top;
}
