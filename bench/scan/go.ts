// Measures scanning the sources of the installed Go distribution, compared with only parsing them.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Parsers } from '../../src/scan/parsers.ts';
import { scanSource } from '../../src/scan/scan.ts';
import { type Cost, measured } from './measure.ts';

const packages = 'src/{go,net,os,encoding,text}/**/*.go';

export interface GoCosts {
  megabytes: number;
  parse: Cost;
  scan: Cost;
}

export async function measuredGo(parsers: Parsers): Promise<GoCosts> {
  const root = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
  const paths = globSync(packages, { cwd: root }).filter((path) => !path.includes('/testdata/'));
  const files = paths.map((path) => ({ path, bytes: new Uint8Array(readFileSync(join(root, path))) }));
  const texts = files.map(({ bytes }) => new TextDecoder().decode(bytes));
  const parser = await parsers.go();
  const parse = await measured(() => {
    for (const text of texts) parser.parse(text)?.delete();
  });
  const scan = await measured(async () => {
    for (const file of files) await scanSource(parsers, file, { language: 'go' });
  });
  return { megabytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6, parse, scan };
}
