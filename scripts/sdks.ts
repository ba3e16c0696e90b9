// Implements `npm run sdks`: builds the clients for TypeScript and Python that a release publishes, in dist/sdks.
import { resolve } from 'node:path';
import { print } from './local/terminal.ts';
import { buildSdks } from './sdks/build.ts';

const { tarball, wheel } = await buildSdks(resolve('dist/sdks'), process.env);
print(`${tarball}\n${wheel}`);
