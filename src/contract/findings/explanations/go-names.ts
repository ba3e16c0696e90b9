// Says what to write instead of a single name reported in a Go plugin (contract/findings/name-advice.ts).
import type { NameAdvice } from './python.ts';

const incomingCalls =
  "Remove the server, unless the plugin is its only client: Slipway receives the calls and passes them to the plugin's methods.";
const ownProcess =
  'Call a Go package that does the same in this process: image/jpeg for images, archive/zip for archives, net/http for services.';
const plainFunctions =
  'Write the rule as a Go function, and select functions by name from a map. Read changing values as data, with encoding/json.';

/** The first matching entry applies. */
export const goNameAdvice: readonly NameAdvice[] = [
  { names: ['os/exec*', 'os.StartProcess'], fix: ownProcess },
  {
    names: ['os.Process', 'os.FindProcess'],
    fix: 'Remove it: a plugin may not signal other processes. To stop its own work, cancel a context and return an error.',
  },
  {
    names: ['C', 'runtime/cgo', 'github.com/ebitengine/purego*'],
    fix: 'Require a pure Go module, such as modernc.org/sqlite for SQLite.',
  },
  {
    names: ['unsafe*'],
    fix: 'Convert with the language: []byte(text), math.Float64bits, encoding/binary for byte layouts.',
  },
  {
    names: ['syscall*', 'golang.org/x/sys/*'],
    fix: 'Call the functions of os, net and time, which work on every system.',
  },
  {
    names: ['plugin'],
    fix: 'Move the code into a package of the module and import it. Plugins are built as a single program.',
  },
  { names: ['debug/*'], fix: "Remove it. For the build's version, call debug.ReadBuildInfo of runtime/debug." },
  { names: ['net/http/cgi'], fix: "Write the CGI script's program as a function in the plugin." },
  {
    names: ['go:wasmimport'],
    fix: "Remove the directive, and call the standard library's function: time, crypto/rand and os work in WebAssembly too.",
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
    fix: 'Commit the generated files: the platform never runs the command. If they are committed, nothing needs to change.',
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
    fix: 'Initialize package variables with a value, or do the work on the first call with sync.OnceValue.',
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
    fix: 'Write the module as a Go package and call it. Slipway compiles the whole plugin to WebAssembly itself.',
  },
  {
    names: ['submodule'],
    fix: "Require the module's published version in go.mod, or commit its files.",
  },
  { names: ['go.mod'], fix: "Write the module's path on the first line: module example.com/plugin." },
];
