// Which Slipway this is. The bundle lies as deep below its package.json as this file does.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const packageJson: { version: string } = JSON.parse(
  readFileSync(fileURLToPath(import.meta.resolve('../../package.json')), 'utf8'),
);

export const { version } = packageJson;
