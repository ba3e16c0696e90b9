// Says what to write instead of a single name that a finding in a Go plugin reports (contract/findings/name-advice.ts).
import type { NameAdvice } from './python.ts';

const incomingCalls =
  'Remove the server, unless the plugin is its only client: Slipway receives the calls and passes them to the methods of the plugin.';
const ownProcess =
  'Call a Go package that does the same in this process: image/jpeg for pictures, archive/zip for archives, net/http for services.';
const plainFunctions =
  'Write the rule as a Go function, and choose among several with a map from names to functions. Read what changes as data, with encoding/json.';

/** The first entry that matches a name applies. */
export const goNameAdvice: readonly NameAdvice[] = [
  { names: ['os/exec*', 'os.StartProcess'], fix: ownProcess },
  {
    names: ['os.Process', 'os.FindProcess'],
    fix: 'Remove it: a plugin may not signal other processes. To end its own work, cancel a context and return an error.',
  },
  {
    names: ['C', 'runtime/cgo', 'github.com/ebitengine/purego*'],
    fix: 'Require a module that is written in Go alone, such as modernc.org/sqlite for SQLite.',
  },
  {
    names: ['unsafe*'],
    fix: 'Convert with the language: []byte(text), math.Float64bits, encoding/binary for the layout of bytes.',
  },
  {
    names: ['syscall*', 'golang.org/x/sys/*'],
    fix: 'Call the functions of os, net and time, which work on every system.',
  },
  {
    names: ['plugin'],
    fix: 'Put the code into a package of the module and import it. Plugins are built as a single program.',
  },
  { names: ['debug/*'], fix: 'Remove it. For the version of the build, call debug.ReadBuildInfo of runtime/debug.' },
  { names: ['net/http/cgi'], fix: 'Write the program of the CGI script as a function of the plugin.' },
  {
    names: ['go:wasmimport'],
    fix: 'Remove the directive, and call the function of the standard library: time, crypto/rand and os work in WebAssembly too.',
  },
  {
    names: ['go:linkname'],
    fix: 'Call an exported function. If there is none, copy its source into a package of the module.',
  },
  { names: ['go:cgo_*'], fix: 'Remove the directive. Plugins are built without cgo.' },
  { names: ['go:embed'], fix: 'Move the file into the folder of the Go file that embeds it.' },
  { names: ['go:nosplit'], fix: 'Remove the directive, and write the function in Go, with a body.' },
  {
    names: ['go:generate'],
    fix: 'Commit the generated files: the platform never runs the command. If they are committed, nothing is to be changed.',
  },
  { names: ['net.Listen*', 'net/http.ListenAndServe*', 'ListenAndServe*'], fix: incomingCalls },
  { names: ['net.FileListener', 'net.FileConn'], fix: 'Open connections with net.Dial or http.Client.' },
  {
    names: ['os.Setenv'],
    fix: 'Pass the value as an argument or a field. A library that reads a variable usually has an option for it.',
  },
  {
    names: ['os.RemoveAll'],
    fix: 'Keep the data in memory, or remove single files with os.Remove in a folder made by os.MkdirTemp.',
  },
  {
    names: ['init'],
    fix: 'Give package variables an initial value, or do the work at the first call with sync.OnceValue.',
  },
  {
    names: ['github.com/traefik/yaegi*', 'github.com/containous/yaegi*', 'github.com/cosmos72/gomacro*'],
    fix: plainFunctions,
  },
  { names: ['github.com/goplus/gop*', 'github.com/goplus/igop*', 'github.com/goplus/ixgo*'], fix: plainFunctions },
  {
    names: [
      'github.com/yuin/gopher-lua*',
      'github.com/Shopify/go-lua*',
      'github.com/Azure/golua*',
      'github.com/arnodel/golua*',
    ],
    fix: plainFunctions,
  },
  {
    names: ['github.com/dop251/goja*', 'github.com/grafana/sobek*', 'github.com/robertkrimen/otto*'],
    fix: plainFunctions,
  },
  { names: ['github.com/buke/quickjs-go*', 'github.com/fastschema/qjs*', 'modernc.org/quickjs*'], fix: plainFunctions },
  { names: ['github.com/rogchap/v8go*', 'rogchap.com/v8go*'], fix: plainFunctions },
  { names: ['go.starlark.net*', 'github.com/google/starlark-go*', 'github.com/google/skylark*'], fix: plainFunctions },
  { names: ['github.com/d5/tengo*', 'github.com/mattn/anko*', 'github.com/go-python/gpython*'], fix: plainFunctions },
  { names: ['github.com/risor-io/risor*', 'github.com/glycerine/zygomys*'], fix: plainFunctions },
  {
    names: [
      'github.com/tetratelabs/wazero*',
      'github.com/bytecodealliance/wasmtime-go*',
      'github.com/wasmerio/wasmer-go*',
      'github.com/extism/go-sdk*',
    ],
    fix: 'Write the module as a Go package, and call it. Slipway compiles the whole plugin to WebAssembly itself.',
  },
  {
    names: ['submodule'],
    fix: 'Require the published version of the module in go.mod, or commit its files.',
  },
  { names: ['go.mod'], fix: 'Write the path of the module on the first line: module example.com/plugin.' },
];
