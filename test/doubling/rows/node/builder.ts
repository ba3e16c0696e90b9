// Rows of the builder: texts of plugins, package indexes, uv and Git servers.
import { parsePackages } from '../../../../builder/server/builds/package-survey.ts';
import { modulesIn } from '../../../../builder/server/builds/provenance.ts';
import { EnvironmentFailed } from '../../../../builder/server/environments/environment-failed.ts';
import { readPage, writePage } from '../../../../builder/server/environments/indexes/index-page.ts';
import {
  readLock,
  separateIndexes,
  withHashes,
  withOrigins,
} from '../../../../builder/server/environments/locks/lock-text.ts';
import {
  missingAnywhere,
  missingForTarget,
  missingInFolder,
} from '../../../../builder/server/environments/missing-wheel.ts';
import { lockedTorchBackend } from '../../../../builder/server/environments/package-index.ts';
import { uvFailure } from '../../../../builder/server/environments/uv-failure.ts';
import { endedBy } from '../../../../builder/server/programs/exit-reason.ts';
import { checkRef } from '../../../../builder/server/sources/refs.ts';
import { checkPath } from '../../../../builder/server/sources/tree.ts';
import { indexLimits } from '../../../../src/contract/limits/egress.ts';
import type { Rows } from '../../row.ts';

const MiB = 1024 * 1024;
const errorChars = 256 * 1024;
const target = { python: '3.12', platform: 'x86_64-manylinux_2_28' };
const url = new URL('https://a.b/simple/a/');

export const rows: Rows = {
  'who ended a program is read from its errors': {
    run: (errors) => endedBy({ reason: 'exit code 1', errors, isOverLimit: false, isEndedByBuilder: false }),
    charsMax: errorChars,
    places: {
      whole: (text) => text,
      'after a signal': (text) => `compile: signal: killed${text}`,
      'in a line of Git': (text) => `error: ${text} died of signal ${text}`,
    },
  },
  "uv's errors are explained": {
    run: (text) => {
      const failed = uvFailure(
        {
          ended: 'exit',
          succeeded: false,
          endedBy: 'itself',
          reason: 'code 1',
          output: Buffer.alloc(0),
          errors: text,
        },
        ['/tmp'],
      );
      return [
        missingForTarget(failed, target),
        missingAnywhere(failed),
        missingInFolder(failed, target),
        new EnvironmentFailed('install-failed', text),
      ];
    },
    charsMax: errorChars,
    places: {
      whole: (text) => text,
      'after a name': (text) => `error: only a${text}`,
      'after a version': (text) => `error: a==1${text}`,
      'after a hint': (text) => `  × ${text}\nhint: ${text}`,
    },
  },
  'a lock of uv is read': {
    run: (text) => [
      separateIndexes(text),
      withOrigins(text, () => undefined),
      withHashes(text, [['0']]),
      lockedTorchBackend(text),
      readLock(text),
    ],
    charsMax: 4 * MiB,
    places: { whole: (text) => text, 'after an entry': (text) => `a==1 \\\n    --hash=sha256:0\n    # from ${text}` },
  },
  "a Python index's page is read": {
    run: (text) => {
      const files = readPage(text, 'text/html', url);
      return [files && writePage('a', files, () => 'x'), readPage(text, 'application/json', url)];
    },
    charsMax: indexLimits.pageBytes,
    places: {
      page: (text) => text,
      anchor: (text) => `<a href="${text}">${text}</a>`,
      attributes: (text) => `<a ${text}>a</a>`,
      JSON: (text) => JSON.stringify({ files: [{ filename: text, url: text }] }),
    },
    shapes: {
      anchors: (chars) => '<a href="a-1.whl">a-1.whl</a>'.repeat(chars / 29),
      'open anchors': (chars) => '<a href="'.repeat(chars / 9),
      attributes: (chars) => `<a ${'a="b" '.repeat(chars / 6)}>`,
      entities: (chars) => `<a href="${'&amp;'.repeat(chars / 5)}">`,
      'open entities': (chars) => `<a href="${'&'.repeat(chars)}">`,
    },
  },
  "a repository's ref is checked": { run: checkRef, charsMax: 64 * 1024 },
  "a repository's path is checked": { run: checkPath, charsMax: 64 * 1024 },
  "a build's modules are read": { run: modulesIn, charsMax: MiB },
  "a build's packages are read": { run: parsePackages, charsMax: MiB },
};
