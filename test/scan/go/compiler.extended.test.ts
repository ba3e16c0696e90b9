// Compares the scanner with the go command on packages from the installed standard library. The scanner reads all of them, and both
// report the same imports.
// @module-tag go
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readDeclarations } from '../../../src/scan/go/declarations.ts';
import { lex } from '../../../src/scan/go/lexer.ts';
import { scanGo } from '../support/go.ts';

const packages = ['net', 'os/...', 'go/types', 'encoding/...', 'text/template/...'];
const names = z.array(z.string()).default([]);
const packageSchema = z.object({ Dir: z.string(), GoFiles: names, Imports: names });

function goList(): z.infer<typeof packageSchema>[] {
  const args = ['list', '-json=Dir,GoFiles,Imports', ...packages];
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOTOOLCHAIN: 'local' };
  const objects = execFileSync('go', args, { encoding: 'utf8', env }).split(/(?<=^\}\n)(?=\{)/m);
  return objects.map((text) => packageSchema.parse(JSON.parse(text)));
}

test("the imports match the go command's, and no file is rejected", async () => {
  const listed = goList();
  expect(listed.length).toBeGreaterThan(10);
  for (const { Dir, GoFiles, Imports } of listed) {
    const imported = new Set<string>();
    for (const path of GoFiles.map((name) => join(Dir, name))) {
      const text = readFileSync(path, 'utf8');
      for (const { path } of readDeclarations(text, lex(text).tokens).imports) imported.add(path);
      const rejections = (await scanGo(text, path)).filter(({ ruleId }) => ruleId.startsWith('SLP6'));
      expect(rejections).toEqual([]);
    }
    expect([...imported].sort()).toEqual(Imports.map((path) => path.replace(/^vendor\//, '')).sort());
  }
});
