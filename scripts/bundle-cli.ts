// Builds the npm package in dist/package. `npm run package` runs this script and packs the folder.
import { fileURLToPath } from 'node:url';
import { buildPackage } from './bundle/package.ts';

await buildPackage(fileURLToPath(import.meta.resolve('../dist/package')));
