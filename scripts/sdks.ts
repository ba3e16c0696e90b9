// Implements `npm run sdks`: builds the clients for TypeScript and Python that a release publishes, in dist/sdks.
import { resolve } from 'node:path';
import { buildSdks } from './sdks/build.ts';
import { readCommandLine } from './shared/command-line.ts';
import { print } from './shared/terminal.ts';

const usage = `npm run sdks

Builds the clients that a release publishes, in dist/sdks.`;

readCommandLine(usage, { options: {} });

const { tarball, wheel } = await buildSdks(resolve('dist/sdks'), process.env);
print(`${tarball}\n${wheel}`);
