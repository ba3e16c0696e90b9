// Explains the rules for Go (scan policy §8a).
import type { Explanations } from './python.ts';

export const goExplanations: Explanations<'SLP9'> = {
  SLP901: {
    why: "The package, function or type starts or signals processes, loads or calls native code, calls host functions, interprets code that may do so, or bypasses Go's type safety. Plugins may do none of these, and are compiled without cgo.",
    fix: 'Remove it, and use packages that are allowed in Go plugins.',
    bad: 'package main\n\nimport "os/exec"\n\nvar convert = exec.Command("ffmpeg")',
    good: 'package main\n\nimport "net/http"\n\nvar client = &http.Client{}',
  },
  SLP902: {
    why: 'Assembly, C, prebuilt objects and the directives that link them add non-Go code to the program. Embedded files must be inside the module.',
    fix: 'Remove the file or the directive, and write the code in Go.',
    bad: 'package main\n\n//go:linkname runtimeNow time.now\nfunc runtimeNow() (sec int64, nsec int32, mono int64)',
    good: 'package main\n\nimport "time"\n\nvar started = time.Now()',
  },
  SLP903: {
    why: "A plugin is built from a single commit, with versioned modules and the platform's Go toolchain. Local replacements, submodules and files stored outside the repository are not available.",
    fix: "Require the module's published version.",
    bad: 'module example.com/plugin\n\ngo 1.24\n\nreplace example.com/library => ../library',
    good: 'module example.com/plugin\n\ngo 1.24\n\nrequire example.com/library v1.4.2',
  },
  SLP904: {
    why: 'This is allowed, and often correct. But it runs before any call, opens a port, interprets unscanned code, changes process-wide state, or never runs on the platform.',
    fix: "Check that the plugin needs it. You don't have to change it.",
    bad: 'package main\n\nimport "os"\n\nfunc init() { os.Setenv("MODE", "fast") }',
    good: 'package main\n\ntype options struct{ mode string }\n\nvar defaults = options{mode: "fast"}',
  },
  SLP905: {
    why: "A module required in go.mod starts programs, calls C or runs assembly, and its source is not scanned. Or the program's analysis failed, so nothing is known about it.",
    fix: 'Require a module that does the same in plain Go. If you trust the module, request a waiver for the plugin. If the analysis failed, install the plugin again.',
    bad: 'module example.com/plugin\n\ngo 1.24\n\nrequire github.com/cespare/xxhash/v2 v2.3.0',
    good: 'package main\n\nimport "hash/fnv"\n\nvar hash = fnv.New64a()',
  },
  SLP906: {
    why: 'The program can use the network, itself or through a module, but plugin.yaml asks for no host. Plugins reach only granted hosts, so every connection fails.',
    fix: 'Ask for the hosts under `permissions` in plugin.yaml, or remove the module that connects. If no call connects, nothing needs to change.',
    bad: 'name: rates\nversion: "1.0.0"',
    good: 'name: rates\nversion: "1.1.0"\npermissions:\n  network: [api.example.com]',
  },
};
