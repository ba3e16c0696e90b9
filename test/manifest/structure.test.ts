import { describe, expect, test } from 'vitest';
import { identity, messages, pipeline, places, pluginOf, read, type Texts } from './plugin.ts';

function readFiles(texts: Texts) {
  return read(pluginOf({ 'manifest.py': identity, 'pipeline.py': pipeline, ...texts }));
}

describe('pipeline.py with an entry point', () => {
  test.each([
    ['build_steps', 'def build_steps(r): pass'],
    ['extract', 'def extract(r): pass'],
    ['decorated', '@d\ndef build_steps(r): pass'],
    ['imported', 'from steps import build_steps'],
    ['imported as build_steps', 'from steps import make as build_steps'],
    ['assigned', 'build_steps = make'],
    [
      'under a condition',
      'try:\n    from fast import build_steps\nexcept ImportError:\n    from slow import build_steps',
    ],
    ['possibly through a star import', 'from steps import *'],
  ])('pipeline.py with an entry point is accepted: %s', async (_, source) => {
    expect((await readFiles({ 'pipeline.py': source })).problems).toEqual([]);
  });
});

describe('pipeline.py without an entry point', () => {
  const advice =
    'Define or import build_steps(extractor_request, container=None, **kwargs) in it, and return {"steps": […]}.';
  test.each([
    ['empty', '', `pipeline.py has no build_steps. ${advice}`],
    [
      'other functions',
      'def make_steps(): pass\ndef helper(): pass',
      `pipeline.py has no build_steps (it defines make_steps, helper). ${advice}`,
    ],
    ['a method', 'class A:\n    def build_steps(self): pass', `pipeline.py has no build_steps. ${advice}`],
    ['another name for it', 'from steps import build_steps as b', `pipeline.py has no build_steps. ${advice}`],
  ])('pipeline.py without an entry point is an error: %s', async (_, source, message) => {
    const { problems } = await readFiles({ 'pipeline.py': source });
    expect(places(problems)).toEqual(['SLM201 pipeline.py:1:1 build_steps']);
    expect(messages(problems)).toEqual([message]);
  });
});

describe('an entry point that is only a value', () => {
  test.each([
    ['a number', 'build_steps = 5', 1],
    ['a list', 'build_steps: list = []', 1],
    ['nothing, in place of the other name', 'extract = None', 1],
    ['nothing, until a function takes its name', 'build_steps = None\ndef build_steps(request): pass', 0],
    ['what a call returns', 'build_steps = make()', 0],
    ['a lambda', 'build_steps = lambda request: {}', 0],
  ])("an entry point is refused only if it can't be called: %s", async (_, source, count) => {
    const { problems } = await readFiles({ 'pipeline.py': source });
    expect(messages(problems)).toEqual(
      Array.from({ length: count }, () => expect.stringContaining('in pipeline.py is a value, not a function')),
    );
  });
});

describe('resolvable imports within the plugin', () => {
  test.each([
    ['a module', 'from .processors.core import A', ['processors/__init__.py', 'processors/core.py']],
    ['a package', 'from .processors import A', ['processors/__init__.py']],
    ['a module of a package', 'from .processors import core', ['processors/__init__.py', 'processors/core.py']],
    ['a file beside it', 'from .manifest import metadata', []],
    ['the plugin itself', 'from . import manifest as m', []],
    ['a missing file with a fallback', 'try:\n    from .fast import A\nexcept ImportError:\n    A = None', []],
    ['another package', 'from steps.core import A', []],
  ])('an import within the plugin resolves: %s', async (_, line, files) => {
    const texts = Object.fromEntries(files.map((file) => [file, '']));
    const { problems, warnings } = await readFiles({ 'pipeline.py': `${pipeline}${line}\n`, ...texts });
    expect([problems, warnings]).toEqual([[], []]);
  });
});

describe('unresolvable imports within the plugin', () => {
  test.each([
    ['a module', 'from .core import A', [], 'SLM411 pipeline.py:3:1 core.py'],
    [
      'a module of a package',
      'from .processors.core import A',
      ['processors/__init__.py'],
      'SLM411 pipeline.py:3:1 processors/core.py',
    ],
    ['a name from the plugin itself', 'from . import core', [], 'SLM411 pipeline.py:3:1 core.py'],
    ['above the plugin', 'from ..shared import A', [], 'SLM411 pipeline.py:3:1 a folder above the plugin'],
    ['in a function', 'def f():\n    from .core import A', [], 'SLM411 pipeline.py:4:5 core.py'],
    [
      'in a try without except',
      'try:\n    from .core import A\nfinally:\n    pass',
      [],
      'SLM411 pipeline.py:4:5 core.py',
    ],
    [
      'after a try with except',
      'try:\n    pass\nexcept E:\n    pass\nfrom .core import A',
      [],
      'SLM411 pipeline.py:7:1 core.py',
    ],
  ])('an import within the plugin that does not resolve is an error: %s', async (_, line, files, expected) => {
    const texts = Object.fromEntries(files.map((file) => [file, '']));
    const { problems, warnings } = await readFiles({ 'pipeline.py': `${pipeline}${line}\n`, ...texts });
    expect(problems).toEqual([]);
    expect(places(warnings)).toEqual([expected]);
  });

  test('the message for an unresolvable import names the fix', async () => {
    const { warnings } = await readFiles({ 'pipeline.py': `${pipeline}from ..a.b import c\n` });
    expect(messages(warnings)).toEqual([
      'pipeline.py imports from `..a.b`, which resolves to a folder above the plugin. The plugin has no such file: add it, or correct the import.',
    ]);
  });

  test('imported files are checked, and other files are not', async () => {
    const { warnings } = await readFiles({
      'pipeline.py': `${pipeline}from .processors.core import A\n`,
      'processors/__init__.py': '',
      'processors/core.py': 'from ..manifest import metadata\nfrom .words import B\n',
      'tests/test_core.py': 'from .absent import C\n',
    });
    expect(places(warnings)).toEqual(['SLM411 processors/core.py:2:1 processors/words.py']);
  });

  test('files that import each other are read only once', async () => {
    const { warnings } = await readFiles({
      'pipeline.py': `${pipeline}from .a import A\n`,
      'a.py': 'from .b import B\n',
      'b.py': 'from .a import A\nfrom .c import C\n',
    });
    expect(places(warnings)).toEqual(['SLM411 b.py:2:1 c.py']);
  });
});

test('a folder without __init__.py is reported once', async () => {
  const { warnings } = await readFiles({
    'pipeline.py': `${pipeline}from .processors.core import A\nfrom .processors.words import B\n`,
    'processors/core.py': '',
    'processors/words.py': '',
  });
  expect(places(warnings)).toEqual(['SLM412 pipeline.py:3:1 processors']);
  expect(messages(warnings)).toEqual([
    'pipeline.py imports from processors/, which has no __init__.py. Add an empty processors/__init__.py.',
  ]);
});

describe('known mistakes in batch code', () => {
  test.each([
    ['batch["text"]', 'def f(batch):\n    return batch["text"]\n', ['SLM421 pipeline.py:4:12 text']],
    ['a column that the file itself writes', 'def f(batch):\n    batch["text"] = 1\n    return batch["text"]\n', []],
    ['another column', 'def f(batch):\n    return batch["data"]\n', []],
    ['iterrows', 'def f(b):\n    for _, r in b.iterrows():\n        pass\n', ['SLM422 pipeline.py:4:5 iterrows']],
    [
      'iterrows in a comprehension',
      'def f(b):\n    return [r for r in b.iterrows()]\n',
      ['SLM422 pipeline.py:4:15 iterrows'],
    ],
    ['in a string', 'x = "for r in b.iterrows()"\n', []],
  ])('a known mistake in batch code is found: %s', async (_, source, expected) => {
    const { warnings } = await readFiles({ 'pipeline.py': pipeline + source });
    expect(places(warnings)).toEqual(expected);
  });
});

describe('problems reported by other rules are not repeated', () => {
  test.each([
    ['no files', {}],
    ['no pipeline.py', { 'manifest.py': identity }],
    ['no manifest.py', { 'pipeline.py': pipeline }],
    ['a manifest with a syntax error', { 'manifest.py': 'features = [', 'pipeline.py': pipeline }],
    ['a pipeline with a syntax error', { 'manifest.py': identity, 'pipeline.py': 'def f(:' }],
    ['a realtime.py with a syntax error', { 'manifest.py': identity, 'pipeline.py': pipeline, 'realtime.py': 'class' }],
    ['another encoding', { 'manifest.py': '# coding: latin-1\n', 'pipeline.py': pipeline }],
  ])('a problem reported by another rule is not repeated: %s', async (_, texts: Texts) => {
    const { problems, warnings } = await read(pluginOf(texts));
    expect([problems, warnings]).toEqual([[], []]);
  });

  test('a plugin without a readable manifest.py has no manifest, and a feature_uri without a feature', async () => {
    const { featureUri, manifest } = await read(pluginOf({ 'pipeline.py': pipeline }));
    expect([manifest, featureUri]).toEqual([null, 'mixpeek://demo@1.0.0']);
  });
});
