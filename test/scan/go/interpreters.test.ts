// Tests that a module that interprets code is found under any name (scan policy §10.13), both in an import and in go.mod.
import { describe, expect, test } from 'vitest';
import { goFindings } from '../support/go.ts';

const forbidden = [
  'github.com/traefik/yaegi/interp',
  'github.com/containous/yaegi/interp',
  'github.com/cosmos72/gomacro/fast',
  'github.com/yuin/gopher-lua',
  'github.com/Yuin/Gopher-Lua',
  'github.com/yuin/gopher-lua/parse',
  'github.com/Shopify/go-lua',
  'github.com/d5/tengo/v2',
  'github.com/mattn/anko/vm',
  'github.com/arnodel/golua/runtime',
  'github.com/goplus/gop',
  'github.com/goplus/igop',
  'github.com/goplus/ixgo/x',
  'github.com/risor-io/risor',
  'github.com/glycerine/zygomys/v9/zygo',
  'gopkg.in/yuin/gopher-lua.v1',
  'gopkg.in/traefik/yaegi.v0/interp',
];
const cautioned = [
  'github.com/dop251/goja',
  'github.com/DOP251/goja/v2',
  'github.com/dop251/goja_nodejs/require',
  'github.com/grafana/sobek',
  'github.com/robertkrimen/otto',
  'gopkg.in/robertkrimen/otto.v1',
  'go.starlark.net/starlark',
  'github.com/google/starlark-go/starlark',
  'github.com/google/skylark',
  'github.com/Azure/golua/lua',
  'github.com/go-python/gpython/py',
  'github.com/tetratelabs/wazero',
  'github.com/bytecodealliance/wasmtime-go/v25',
  'github.com/wasmerio/wasmer-go/wasmer',
  'github.com/extism/go-sdk',
  'github.com/buke/quickjs-go',
  'github.com/fastschema/qjs',
  'github.com/rogchap/v8go',
  'rogchap.com/v8go',
  'modernc.org/quickjs',
];

describe('an interpreter that can start programs', () => {
  test.each(forbidden)(
    'an interpreter that can start programs is an error when imported, under any name: %s',
    async (path) => {
      const forms = ['', 'x ', '_ ', '. '].map((name) => `import ${name}"${path}"`);
      const found = await goFindings(`package p\n${forms.join('\n')}\nimport \`${path}\`\n`);
      const expected = [...forms, 'import "'].map((form, at) => `${at + 2}:${form.indexOf('"') + 1} SLP901 ${path}`);
      expect(found).toEqual(expected);
    },
  );
});

describe('a sandboxed interpreter', () => {
  test.each(cautioned)('a sandboxed interpreter is a warning when imported: %s', async (path) => {
    expect(await goFindings(`package p\nimport "${path}"\n`)).toEqual([`2:8 SLP904 ${path}`]);
  });
});

test('an import is found despite escapes in its path and build constraints', async () => {
  const text = '//go:build never\n\npackage p\nimport (\n\tl "github.com/yuin/gopher\\x2dlua"\n)\n';
  expect(await goFindings(text, 'vendor/a/a_test.go')).toEqual(['5:4 SLP901 github.com/yuin/gopher-lua']);
});

test.each([
  'github.com/yuin/goldmark',
  'github.com/yuin/gopher-luar',
  'example.com/github.com/yuin/gopher-lua',
  'github.com/dop251/goja2',
  'go.starlark.network/x',
  'gopkg.in/yuin/gopher-luax',
  'GO/ast',
  'otto',
])('a path that only resembles an interpreter is clean: %s', async (path) => {
  expect(await goFindings(`package p\nimport "${path}"\n`)).toEqual([]);
});

describe('interpreters in go.mod', () => {
  test.each([
    ['require github.com/yuin/gopher-lua v1.1.1', ['2:9 SLP904 github.com/yuin/gopher-lua']],
    ['require github.com/yuin/gopher-lua v1.1.1 // indirect', ['2:9 SLP904 github.com/yuin/gopher-lua']],
    ['require (\n\tgo.starlark.net v0.0.0\n)', ['3:2 SLP904 go.starlark.net']],
    ['require "github.com/dop251/goja" v0.0.0', ['2:9 SLP904 github.com/dop251/goja']],
    ['require github.com/d5/tengo/v2 v2.17.0', ['2:9 SLP904 github.com/d5/tengo/v2']],
    ['require github.com/Dop251/Goja v0.0.0', ['2:9 SLP904 github.com/Dop251/Goja']],
    [
      'replace example.com/x => github.com/traefik/yaegi v0.16.1',
      ['2:9 SLP901 github.com/traefik/yaegi', '2:9 SLP904 example.com/x'],
    ],
    [
      'replace (\n\texample.com/x v1.0.0 => "github.com/robertkrimen/otto" v0.5.1\n)',
      ['3:2 SLP904 example.com/x', '3:2 SLP904 github.com/robertkrimen/otto'],
    ],
    [
      'replace example.com/x => gopkg.in/yuin/gopher-lua.v1 v1.0.0',
      ['2:9 SLP901 gopkg.in/yuin/gopher-lua.v1', '2:9 SLP904 example.com/x'],
    ],
    ['replace github.com/yuin/gopher-lua => example.com/x v1.0.0', ['2:9 SLP904 github.com/yuin/gopher-lua']],
  ])('a line that requires an interpreter is found: %j', async (text, expected) => {
    expect(await goFindings(`module m\n${text}\n`, 'go.mod')).toEqual(expected);
  });

  test.each([
    '// require github.com/yuin/gopher-lua v1.1.1',
    'exclude github.com/yuin/gopher-lua v1.1.1',
    'require github.com/yuin/goldmark v1.7.0',
    'require (\n)',
    'require',
  ])('a line that requires no interpreter is clean: %j', async (text) => {
    expect(await goFindings(`module m\n${text}\n`, 'go.mod')).toEqual([]);
  });
});
