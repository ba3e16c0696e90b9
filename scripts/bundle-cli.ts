// Builds the npm package in dist/package. Implements `npm run package`.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildPackage } from './bundle/package.ts';
import { readCommandLine } from './machine/command-line.ts';

const usage = `node scripts/bundle-cli.ts [--pack]

Builds the npm package of the command line in dist/package.

  --pack   also packs it into this folder, as \`npm run package\` does`;

const { values } = readCommandLine(usage, { options: { pack: { type: 'boolean', default: false } } });

await buildPackage(fileURLToPath(import.meta.resolve('../dist/package')));
if (values.pack) execFileSync('npm', ['pack', './dist/package', '--silent'], { stdio: 'inherit' });
