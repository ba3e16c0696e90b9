// Implements `npm run sdks`: builds a release's TypeScript and Python clients in dist/sdks.
import { resolve } from 'node:path';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { buildSdks } from './sdks/build.ts';

const usage = `npm run sdks

Builds the clients that a release publishes, in dist/sdks.`;

readCommandLine(usage, { options: {} });

const { tarball, wheel } = await buildSdks(resolve('dist/sdks'), process.env);
print(`${tarball}\n${wheel}`);
