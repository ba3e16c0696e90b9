// Creates well-formed and hostile wheels.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeZip } from '../../support/archives/zip-writer.ts';

export interface Wheel {
  name: string;
  version?: string;
  files?: Record<string, string | Uint8Array>;
  requires?: string[];
  /** Requires-Python. */
  python?: string;
  tag?: string;
}

/** Writes a wheel with the files exactly as named, and returns its path. */
export function writeWheel(folder: string, wheel: Wheel): string {
  const { name, version = '1.0.0', files = {}, requires = [], python, tag } = wheel;
  const info = `${name}-${version}.dist-info`;
  const requiresPython = python === undefined ? [] : [`Requires-Python: ${python}`];
  const metadata = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`, ...requiresPython];
  const described = {
    ...files,
    [`${info}/METADATA`]: `${[...metadata, ...requires.map((text) => `Requires-Dist: ${text}`)].join('\n')}\n`,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag ?? 'py3-none-any'}\n`,
  };
  const record = Object.keys(described).map((path) => `${path},,\n`);
  const entries = [
    ...Object.entries(described).map(([path, data]) => ({ name: path, data })),
    { name: `${info}/RECORD`, data: `${record.join('')}${info}/RECORD,,\n` },
  ];
  const path = join(folder, `${name}-${version}-${tag ?? 'py3-none-any'}.whl`);
  writeFileSync(path, writeZip(entries));
  // Stored beside the wheel, so that an index can serve the metadata on its own (PEP 658).
  writeFileSync(`${path}.metadata`, described[`${info}/METADATA`] ?? '');
  return path;
}
