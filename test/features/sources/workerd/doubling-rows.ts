// Rows of the doubling test: keys of Git hosts.
import { readAppKey } from '../../../../src/features/sources/app-key.ts';
import { parseKnownHost, privateKeyFault } from '../../../../src/features/sources/deploy-key.ts';
import type { Rows } from '../../../doubling/row.ts';

const place = { host: 'git.example.com', path: '' };

export const rows: Rows = {
  "a repository's key is read": {
    run: (text) => [privateKeyFault(text), parseKnownHost(text, place), readAppKey(text)],
    charsMax: 32 * 1024,
    places: {
      whole: (text) => text,
      key: (text) => `-----BEGIN OPENSSH PRIVATE KEY-----${text}`,
      'an app': (text) => `-----BEGIN PRIVATE KEY-----${text}`,
    },
  },
};
