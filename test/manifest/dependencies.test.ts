import { describe, expect, test } from 'vitest';
import { manifestWith, messages, places, read } from './plugin.ts';

function readBoth(dependencies: string, requirements?: string) {
  return read(manifestWith(dependencies, requirements === undefined ? {} : { 'requirements.txt': requirements }));
}

describe('dependencies of manifest.py and requirements.txt together', () => {
  test.each([
    ['neither', '', undefined, []],
    ['manifest.py only', 'dependencies = ["httpx>=0.27", "numpy"]', undefined, ['httpx>=0.27', 'numpy']],
    ['requirements.txt only', '', 'httpx>=0.27\nnumpy\n', ['httpx>=0.27', 'numpy']],
    ['both', 'dependencies = ["httpx"]', 'numpy==2.1\n', ['httpx', 'numpy==2.1']],
    [
      'the same project in another spelling',
      'dependencies = ["Foo_Bar >= 1, <2"]',
      'foo-bar<2,>=1\n',
      ['Foo_Bar >= 1, <2'],
    ],
    ['the more specific one', 'dependencies = ["httpx"]', 'httpx>=0.27\n', ['httpx>=0.27']],
    ['a less specific one in requirements.txt', 'dependencies = ["httpx>=0.27"]', 'httpx\n', ['httpx>=0.27']],
    [
      'comments, options, continuations, hashes',
      '',
      '# all\n-r other.txt\n--index-url https://x.example\n\nhttpx >= 0.27  # http\nnumpy \\\n  ==2.1\nfoo==1 --hash=sha256:00\n./local\n',
      ['httpx >= 0.27', 'numpy    ==2.1', 'foo==1'],
    ],
    [
      'one project with two markers',
      'dependencies = ["a==1; python_version < \'3.12\'", "a==2; python_version >= \'3.12\'"]',
      undefined,
      ["a==1; python_version < '3.12'", "a==2; python_version >= '3.12'"],
    ],
    ['Windows line ends', '', 'a\r\nb\r\n', ['a', 'b']],
  ])('%s', async (_, dependencies, requirements, expected) => {
    const { manifest, problems, warnings } = await readBoth(dependencies, requirements);
    expect(manifest?.dependencies).toEqual(expected);
    expect([problems, warnings]).toEqual([[], []]);
  });
});

test('manifest.py takes precedence in a conflict, with a warning', async () => {
  const { manifest, warnings } = await readBoth('dependencies = ["httpx>=0.27"]', 'httpx==0.20\n');
  expect(manifest?.dependencies).toEqual(['httpx>=0.27']);
  expect(places(warnings)).toEqual(['SLM405 manifest.py:3:17 httpx']);
  expect(messages(warnings)).toEqual([
    'manifest.py requires "httpx>=0.27", requirements.txt requires "httpx==0.20". Slipway uses the one in manifest.py. Make them the same, or remove one.',
  ]);
});

describe('a value that is not a literal is ignored with a warning', () => {
  test.each([
    ['dependencies = find()', ['SLM402 manifest.py:3:16 dependencies'], ['x']],
    ['dependencies = "httpx"', ['SLM402 manifest.py:3:16 dependencies'], ['x']],
    [
      'dependencies = ["a", find(), 3, ""]',
      [
        'SLM402 manifest.py:3:22 dependencies[1]',
        'SLM402 manifest.py:3:30 dependencies[2]',
        'SLM402 manifest.py:3:33 dependencies[3]',
      ],
      ['a', 'x'],
    ],
  ])('%s', async (dependencies, expected, remaining) => {
    const { manifest, warnings } = await readBoth(dependencies, 'x\n');
    expect(places(warnings)).toEqual(expected);
    expect(manifest?.dependencies).toEqual(remaining);
  });
});
