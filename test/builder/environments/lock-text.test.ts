// Tests splitting uv's output into a lock and each package's index.
import { expect, test } from 'vitest';
import { separateIndexes } from '../../../builder/server/environments/locks/lock-text.ts';

test('a lock has no comments, and each package has its index without the user, password and query', () => {
  const entry = (name: string, ...from: string[]) =>
    [
      `${name}==1.0 \\`,
      '    --hash=sha256:aa \\',
      '    --hash=sha256:bb',
      ...from.map((url) => `    # from ${url}`),
    ].join('\n');
  const urls = ['https://user:secret@index.example/simple/?token=secret', 'file:///opt/wheels', 'not a URL'];
  const printed = `${[...urls.map((url, at) => entry(`p${at}`, url)), entry('p3'), entry('p4', 'http://mirror.example:81/simple')].join('\n')}\n`;
  expect(separateIndexes(printed)).toEqual({
    text: `${Array.from({ length: 5 }, (_, at) => entry(`p${at}`)).join('\n')}\n`,
    indexes: ['https://index.example/simple/', null, null, null, 'http://mirror.example:81/simple'],
  });
});
