import { describe, expect, test } from 'vitest';
import { adviceAt } from '../../src/manifest/dependencies/check-dependencies.ts';
import { manifestWith, messages, places, read as readPlugin } from './plugin.ts';

function readBoth(dependencies: string, requirements?: string) {
  return readPlugin(manifestWith(dependencies, requirements === undefined ? {} : { 'requirements.txt': requirements }));
}

describe('dependencies in manifest.py and requirements.txt together', () => {
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
      'comments, options, continuations',
      '',
      '# all\n--index-url https://x.example\n\nhttpx >= 0.27  # http\nnumpy \\\n  ==2.1\nfoo==1\n./local\n',
      ['httpx >= 0.27', 'numpy    ==2.1', 'foo==1'],
    ],
    [
      'one project with two markers',
      'dependencies = ["a==1; python_version < \'3.12\'", "a==2; python_version >= \'3.12\'"]',
      undefined,
      ["a==1; python_version < '3.12'", "a==2; python_version >= '3.12'"],
    ],
    ['Windows line ends', '', 'a\r\nb\r\n', ['a', 'b']],
  ])(
    'the dependencies in manifest.py and requirements.txt are combined: %s',
    async (_, dependencies, requirements, expected) => {
      const { manifest, problems, warnings } = await readBoth(dependencies, requirements);
      expect(manifest?.dependencies).toEqual(expected);
      expect([problems, warnings]).toEqual([[], []]);
    },
  );
});

test('different requirements for one name are both applied, with a warning', async () => {
  const { manifest, problems, warnings } = await readBoth('dependencies = ["httpx>=0.27"]', 'httpx<1\n');
  expect(manifest?.dependencies).toEqual(['httpx>=0.27', 'httpx<1']);
  expect([problems, places(warnings)]).toEqual([[], ['SLM405 manifest.py:3:17 httpx']]);
  expect(messages(warnings)).toEqual([
    'manifest.py requires "httpx>=0.27", requirements.txt requires "httpx<1". Both apply. Declare it in one place.',
  ]);
});

describe('two pins of the same name', () => {
  test.each([
    ['in both files', 'dependencies = ["httpx==0.27.0"]', 'httpx==0.28.1\n'],
    ['in manifest.py', 'dependencies = ["httpx==0.27.0", "HTTPX == 0.28.1"]', undefined],
    ['in requirements.txt', '', 'httpx==0.27.0\nhttpx===0.28.1\n'],
  ])('two pins of the same name %s are an error', async (_, dependencies, requirements) => {
    const { problems } = await readBoth(dependencies, requirements);
    expect(problems.map(({ ruleId, severity, name }) => [ruleId, severity, name])).toEqual([
      ['SLM405', 'error', 'httpx'],
    ]);
  });

  test.each([
    ['of the same version', 'dependencies = ["httpx==0.27"]', 'httpx==0.27.0\n'],
    ['for different markers', 'dependencies = ["a==1; os_name == \'nt\'", "a==2; os_name != \'nt\'"]', undefined],
  ])('two pins of the same name %s are not an error', async (_, dependencies, requirements) => {
    expect((await readBoth(dependencies, requirements)).problems).toEqual([]);
  });
});

describe('an entry that is not a name with versions is not a dependency, but is kept with its location', () => {
  test('a dependency in manifest.py that is not a name with versions is ignored with the warning SLP712', async () => {
    const { manifest, warnings } = await readBoth('dependencies = ["httpx", "git+https://x.example/a.git"]');
    expect(manifest?.dependencies).toEqual(['httpx']);
    expect(manifest?.requirements).toEqual([
      { text: 'httpx', at: 'manifest.py:3' },
      { text: 'git+https://x.example/a.git', at: 'manifest.py:3' },
    ]);
    expect(places(warnings)).toEqual(['SLP712 manifest.py:3:26 git+https://x.example/a.git']);
  });

  test('a line in requirements.txt that is not a name with versions is kept with its location', async () => {
    const lines = '--index-url https://x.example\n-e .\nfoo @ https://x.example/foo.whl\n./local\n';
    const { manifest, warnings } = await readBoth('', lines);
    expect(manifest?.dependencies).toEqual([]);
    expect(manifest?.requirements).toEqual([
      { text: '--index-url https://x.example', at: 'requirements.txt:1' },
      { text: '-e .', at: 'requirements.txt:2' },
      { text: 'foo @ https://x.example/foo.whl', at: 'requirements.txt:3' },
      { text: './local', at: 'requirements.txt:4' },
    ]);
    expect(warnings).toEqual([]);
  });
});

test.each([
  ['a wrong or right --hash', `words==1.0 --hash=sha256:${'1'.repeat(64)}`, '--hash', 'remove it: Slipway locks'],
  [
    'a --hash on a line of its own',
    `words==1.0 \\\n    --hash=sha256:${'1'.repeat(64)}`,
    '--hash',
    'remove it: Slipway locks',
  ],
  [
    'a --hash after a marker',
    'words==1.0 ; python_version > "3" --hash=sha256:1',
    '--hash',
    'remove it: Slipway locks',
  ],
  [
    '--config-settings',
    'words --config-settings="a=b"',
    '--config-settings',
    'remove it: Slipway installs wheels only',
  ],
  ['-C', 'words -C a=b', '-C', 'remove it: Slipway installs wheels only'],
  ['--global-option', 'words --global-option="-v"', '--global-option', 'remove it: Slipway installs wheels only'],
  ['--require-hashes', '--require-hashes', '--require-hashes', 'remove it: Slipway locks'],
  ['--pre', '--pre', '--pre', 'name the pre-release'],
  ['--no-binary', '--no-binary :all:', '--no-binary', 'remove it: Slipway installs wheels only'],
  ['--only-binary for some', '--only-binary=numpy', '--only-binary', 'remove it: Slipway installs wheels only'],
  ['an option behind a line end of Unicode', 'numpy -a -b\u2028 --pre # -c', '--pre', 'name the pre-release'],
  ['another file', '-r other.txt', '-r', 'Slipway reads only requirements.txt itself'],
  ['constraints', '--constraint=c.txt', '--constraint', 'Slipway reads only requirements.txt itself'],
  ['constraints without a space', '-cc.txt', '-c', 'Slipway reads only requirements.txt itself'],
  ['an option of a later pip', '--some-new-option', '--some-new-option', 'remove it'],
])('requirements.txt with %s is refused, with the option, its line and what to do', async (_, line, option, fix) => {
  const { problems } = await readBoth('', `httpx\n${line}\n`);
  expect(places(problems)).toEqual([`SLM402 requirements.txt:2:1 ${option}`]);
  expect(problems[0]?.severity).toBe('error');
  expect(messages(problems)[0]).toContain(
    `requirements.txt:2 has "${option}", which Slipway does not follow. To continue, ${fix}`,
  );
});

test.each(['--prefer-binary', '--only-binary :all:', '--only-binary=:all:', '--use-feature=fast-deps'])(
  'the option %s asks for what Slipway does anyway',
  async (line) => {
    const { manifest, problems, warnings } = await readBoth('', `${line}\nhttpx\n`);
    expect([manifest?.dependencies, problems, warnings]).toEqual([['httpx'], [], []]);
  },
);

test('a remote shell or tunnel is an error', async () => {
  const { problems } = await readBoth('dependencies = ["pyngrok>=7"]', 'Paramiko\n');
  expect(places(problems)).toEqual(['SLM106 manifest.py:3:17 pyngrok', 'SLM106 requirements.txt:1:1 paramiko']);
  expect(messages(problems)[0]).toBe(
    'pyngrok opens a remote shell or a tunnel, which plugins may not use. Remove it from manifest.py.',
  );
});

test('a name in the table of packages that work is known', async () => {
  const { advice } = await readBoth('dependencies = ["rapidfuzz", "scikit_learn>=1", "urllib3", "scipy"]', 'jieba\n');
  expect(places(advice)).toEqual(['SLM406 requirements.txt:1:1 jieba']);
});

test('a declared but unlisted name is advice', async () => {
  const { advice, problems, warnings } = await readBoth('dependencies = ["numpy", "leftpad", "Opencv_Python"]');
  expect([problems, warnings, places(advice)]).toEqual([[], [], ['SLM406 manifest.py:3:26 leftpad']]);
  expect(adviceAt('strict', advice).map(({ ruleId, severity }) => [ruleId, severity])).toEqual([['SLP190', 'note']]);
});

describe('an import of an undeclared package is advice', () => {
  const service = (imports: string) =>
    `${imports}\nclass DemoInferenceService:\n    async def run_inference(self, inputs, parameters):\n        return {}\n`;
  const read = (imports: string, dependencies = '', others = {}) =>
    readPlugin(manifestWith(dependencies, { 'realtime.py': service(imports), ...others }));

  test('an import of an undeclared package is reported once per module, at its first import', async () => {
    const { advice } = await read('import numpy as np\nfrom numpy import linalg\nfrom PIL import Image, ImageOps');
    expect(messages(advice)).toEqual([
      'numpy is imported in realtime.py:1 but not declared. Add "numpy" to `dependencies` in manifest.py.',
      'PIL is imported in realtime.py:3 but not declared. Add "pillow" to `dependencies` in manifest.py.',
    ]);
  });

  test('an import of an undeclared package is reported with a note if only batches load the file', async () => {
    const batch = {
      'pipeline.py': 'import pandas\nimport yaml\n\ndef build_steps(request, **kwargs):\n    return {}\n',
    };
    const { advice } = await read('import yaml', '', batch);
    expect(messages(advice).sort()).toEqual([
      'pandas is imported in pipeline.py:1 but not declared. Only batches load this file. Add "pandas" to `dependencies` in manifest.py, unless the batch engine provides it.',
      'yaml is imported in realtime.py:1 but not declared. Add "pyyaml" to `dependencies` in manifest.py.',
    ]);
  });

  test('an import of an undeclared package is found in imported files', async () => {
    const { advice } = await read('from .processors.core import run', '', {
      'processors/__init__.py': '',
      'processors/core.py': 'def run():\n    import yaml\n',
      'processors/unused.py': 'import requests\n',
    });
    expect(places(advice)).toEqual(['SLM407 processors/core.py:2:5 yaml']);
  });

  test.each([
    ['declared', 'import numpy', 'dependencies = ["NumPy>=2"]'],
    ['of another name', 'import cv2, PIL.Image, yaml', 'dependencies = ["opencv-python", "pillow", "PyYAML"]'],
    ['of a family', 'from google.cloud import storage', 'dependencies = ["google-cloud-storage"]'],
    ["Python's own", 'import json, os.path\nfrom collections.abc import Mapping', ''],
    ['removed from Python, which the scan rejects', 'import commands, popen2', ''],
    ["the host's", 'from shared.plugins.inference.serve import BaseInferenceService\nimport engine', ''],
    ["the plugin's own", 'import pipeline\nfrom manifest import metadata', ''],
    ['that may fail', 'try:\n    import numpy\nexcept ImportError:\n    numpy = None', ''],
    ['for type checkers', 'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas', ''],
    ['in manifest.py, which is never run', '', 'from pydantic import BaseModel'],
  ])('an undeclared import is not reported if it is %s', async (_, imports, dependencies) => {
    const { advice } = await read(imports, dependencies);
    expect(advice.filter(({ ruleId }) => ruleId === 'SLM407')).toEqual([]);
  });

  test("an undeclared import is found even if a declared package shares the prefix of its module's family", async () => {
    const { advice } = await read('from google.cloud import storage', 'dependencies = ["googlemaps"]');
    expect(places(advice)).toContain('SLM407 realtime.py:1:1 google');
  });

  test('an import of an undeclared package is found in manifest.py if another file imports manifest.py', async () => {
    const { advice } = await read('from .manifest import x', 'from pydantic import BaseModel\nx = 1');
    expect(places(advice)).toEqual(['SLM407 manifest.py:3:1 pydantic']);
  });
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
  ])('a value that is not a literal is ignored with a warning: %s', async (dependencies, expected, remaining) => {
    const { manifest, warnings } = await readBoth(dependencies, 'x\n');
    expect(places(warnings)).toEqual(expected);
    expect(manifest?.dependencies).toEqual(remaining);
  });
});
