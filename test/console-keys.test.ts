// Tests that the console and the API reference leave keys of a composition to the input method, whichever handler gets them.
import { expect, test } from 'vitest';
import { filesUnder } from './source-files.ts';

const handled =
  /addEventListener\(\s*'key(?:down|press|up)'|\bonKey(?:Down|Press|Up)(?:Capture)?=|\bon-?key(?:down|press|up)\s*[=:]/gi;
const guarded = /\bisComposing\(event/g;

test('each handler of keys asks isComposing (src/console/parts/composition.ts)', () => {
  const files = ['src/console', 'src/reference'].flatMap(filesUnder).map(({ path, text }) => ({
    path,
    handlers: [...text.matchAll(handled)].length,
    guards: [...text.matchAll(guarded)].length,
  }));
  expect(files.filter(({ handlers }) => handlers > 0).length).toBeGreaterThan(4);
  expect(files.filter(({ guards, handlers }) => guards < handlers).map(({ path }) => path)).toEqual([]);
});
