// Explains the rules for Go (scan policy §8a).
import type { Explanations } from './python.ts';

export const goExplanations: Explanations<'SLP9'> = {
  SLP901: {
    why: "The package, function or type starts or signals processes, loads or calls native code, calls functions of the host, interprets code that may do so, or bypasses Go's type safety. Plugins may do none of these, and are compiled without cgo.",
    fix: 'Remove it, and do the same with packages that Go plugins may use.',
    bad: 'package main\n\nimport "os/exec"\n\nvar convert = exec.Command("ffmpeg")',
    good: 'package main\n\nimport "net/http"\n\nvar client = &http.Client{}',
  },
  SLP902: {
    why: 'Assembly, C, prebuilt objects and the directives that link them add non-Go code to the program. Embedded files must be inside the module.',
    fix: 'Remove the file or the directive, and write it in Go.',
    bad: 'package main\n\n//go:linkname runtimeNow time.now\nfunc runtimeNow() (sec int64, nsec int32, mono int64)',
    good: 'package main\n\nimport "time"\n\nvar started = time.Now()',
  },
  SLP903: {
    why: "A plugin is built from a single commit, with versioned modules and the platform's Go toolchain. Local replacements, submodules and files stored outside the repository are not available.",
    fix: 'Require the published version of the module.',
    bad: 'module example.com/plugin\n\ngo 1.24\n\nreplace example.com/library => ../library',
    good: 'module example.com/plugin\n\ngo 1.24\n\nrequire example.com/library v1.4.2',
  },
  SLP904: {
    why: 'This is allowed, and often correct. But it runs before any call, opens a port, interprets code that is not scanned, changes state of the whole process, or never runs on the platform.',
    fix: "Check that the plugin needs it. It needn't be changed.",
    bad: 'package main\n\nimport "os"\n\nfunc init() { os.Setenv("MODE", "fast") }',
    good: 'package main\n\ntype options struct{ mode string }\n\nvar defaults = options{mode: "fast"}',
  },
  SLP905: {
    why: 'A module that go.mod requires starts programs, calls C or runs assembly, and its source is not scanned. Or the analysis of the program failed, so that nothing is known of it.',
    fix: 'Require a module that does the same in plain Go. If the module is trusted, have the rule waived for the plugin. If the analysis failed, install the plugin again.',
    bad: 'module example.com/plugin\n\ngo 1.24\n\nrequire github.com/cespare/xxhash/v2 v2.3.0',
    good: 'package main\n\nimport "hash/fnv"\n\nvar hash = fnv.New64a()',
  },
  SLP906: {
    why: 'The program can use the network, itself or through a module, but plugin.yaml asks for no host. Plugins reach only the hosts that they are granted, so every connection fails.',
    fix: "Ask for the hosts under `permissions` in plugin.yaml, or remove the module that connects. If no call connects, it needn't be changed.",
    bad: 'name: rates\nversion: "1.0.0"',
    good: 'name: rates\nversion: "1.1.0"\npermissions:\n  network: [api.example.com]',
  },
};
