// Reads Slipway's version from package.json. The bundle sits at the same depth below package.json as this file.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const packageJson: { version: string } = JSON.parse(
  readFileSync(fileURLToPath(import.meta.resolve('../../package.json')), 'utf8'),
);

export const { version } = packageJson;
