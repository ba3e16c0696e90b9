// Tests that `os.Process` and calls to a value's `ListenAndServe` are found however they are written (scan policy §10.13). Every
// program compiles, and most of them passed the scan before their row was added to the table.
import { expect, test } from 'vitest';
import { goFindings, goFindingsIn } from '../support/go.ts';

/** Returns each finding as `rule name`. */
async function rulesIn(text: string, imports: string): Promise<string[]> {
  return (await goFindingsIn(text, imports)).map((finding) => finding.replace(/^\S+ /, ''));
}

test.each([
  ['literal', 'import "os"', 'var p = os.Process{Pid: 1}\nfunc Run() error { return p.Kill() }'],
  ['pointer', 'import "os"', 'func Run() error { return (&os.Process{Pid: 1}).Kill() }'],
  ['new', 'import "os"', 'func Run() error { p := new(os.Process); p.Pid = 1; return p.Kill() }'],
  ['var', 'import "os"', 'func Run() error { var p os.Process; p.Pid = 1; return p.Release() }'],
  ['alias', 'import "os"', 'type P = os.Process\nfunc Run() error { return (&P{Pid: 1}).Kill() }'],
  ['defined', 'import "os"', 'type P os.Process\nfunc Run() error { return (*os.Process)(&P{Pid: 1}).Kill() }'],
  ['embedded', 'import "os"', 'type T struct{ os.Process }\nfunc Run() error { var t T; t.Pid = 1; return t.Kill() }'],
  ['embedded pointer', 'import "os"', 'type T struct{ *os.Process }\nfunc Run() error { return T{}.Kill() }'],
  [
    'generic',
    'import "os"',
    'func zero[T any]() (t T) { return }\nfunc Run() error { p := zero[os.Process](); return p.Kill() }',
  ],
  [
    'inferred',
    'import "os"',
    'func made[T any](*T) *T { return new(T) }\nfunc Run() error { return made((*os.Process)(nil)).Kill() }',
  ],
  ['dot', 'import . "os"', 'func Run() error { return (&Process{Pid: 1}).Kill() }'],
  ['other name', 'import naïve "os"', 'func Run() error { return (&naïve.Process{Pid: 1}).Kill() }'],
  ['two names', 'import (a "os"; b `os`)', 'var _ = a.Args\nfunc Run() error { return (&b.Process{Pid: 1}).Kill() }'],
  ['method expression', 'import "os"', 'var kill = (*os.Process).Kill\nfunc Run() error { return kill(nil) }'],
  ['elided literal', 'import "os"', 'func Run() error { return []*os.Process{{Pid: 1}}[0].Kill() }'],
  [
    'map key',
    'import "os"',
    'var m = map[*os.Process]bool{{Pid: 1}: true}\nfunc Run() { for p := range m { p.Kill() } }',
  ],
  ['type switch', 'import "os"', 'func Run(x any) { switch p := x.(type) { case *os.Process: p.Kill() } }'],
  ['assertion', 'import "os"', 'func Run(x any) { x.(*os.Process).Kill() }'],
  ['constraint', 'import "os"', 'type c interface{ *os.Process; Kill() error }\nfunc Run[P c](p P) { p.Kill() }'],
  [
    'reflection',
    'import ("os"; "reflect")',
    'func Run() { reflect.New(reflect.TypeFor[os.Process]()).MethodByName("Kill").Call(nil) }',
  ],
  ['comments between', 'import "os"', 'func Run() error { return (&os /* . */ . // x\n Process{Pid: 1}).Kill() }'],
  [
    'local shadow elsewhere',
    'import "os"',
    'func other() { os := 1; _ = os }\nfunc Run() error { other(); return (&os.Process{Pid: 1}).Kill() }',
  ],
  ['channel', 'import "os"', 'func Run(c chan os.Process) { p := <-c; p.Kill() }'],
  ['goroutine in signature', 'import "os"', 'func Run(f func() (p *os.Process)) { f().Kill() }'],
])('a process created from a number is found: %s', async (_, imports, text) => {
  expect([...new Set(await rulesIn(text, imports))]).toEqual(['SLP901 os.Process']);
});

test.each([
  ['pointer', 'import "net/http"', 'func Run() error { return (&http.Server{Addr: ":1"}).ListenAndServe() }'],
  ['variable', 'import "net/http"', 'func Run() error { s := http.Server{}; return s.ListenAndServeTLS("a", "b") }'],
  ['new', 'import "net/http"', 'func Run() error { return new(http.Server).ListenAndServe() }'],
  ['method value', 'import "net/http"', 'func Run() error { s := &http.Server{}; f := s.ListenAndServe; return f() }'],
  [
    'method expression',
    'import "net/http"',
    'var f = (*http.Server).ListenAndServe\nfunc Run() error { return f(&http.Server{}) }',
  ],
  ['embedded', 'import "net/http"', 'type T struct{ http.Server }\nfunc Run(t *T) error { return t.ListenAndServe() }'],
  [
    'field',
    'import "net/http"',
    'type T struct{ s *http.Server }\nfunc Run(t T) error { return t.s.ListenAndServe() }',
  ],
  [
    'interface',
    'import "net/http"',
    'type l interface{ ListenAndServe() error }\nvar s l = &http.Server{}\nfunc Run() error { return s.ListenAndServe() }',
  ],
  ['alias', 'import h "net/http"', 'type S = h.Server\nfunc Run() error { var s S; return s.ListenAndServe() }'],
  ['dot', 'import . "net/http"', 'func Run() error { s := Server{}; return s.ListenAndServe() }'],
  [
    'from the context',
    'import "net/http"',
    'func Run(r *http.Request) { go r.Context().Value(http.ServerContextKey).(*http.Server).ListenAndServe() }',
  ],
  [
    'generic',
    'import "net/http"',
    'func Run[T interface{ ListenAndServe() error }](t T) error { return t.ListenAndServe() }\nvar _ = Run[*http.Server]',
  ],
  [
    'shadowed package',
    'import "net/http"',
    'func Run(s *http.Server) error { http := s; return http.ListenAndServe() }',
  ],
  [
    'of a test server',
    'import "net/http/httptest"',
    'func Run() error { return httptest.NewUnstartedServer(nil).Config.ListenAndServe() }',
  ],
  ['across lines', 'import "net/http"', 'func Run(s *http.Server) error { return s. /* x */\n\n\tListenAndServe() }'],
  ['deferred', 'import "net/http"', 'func Run(s *http.Server) { defer s.ListenAndServe() }'],
  ['other file', '', 'func Run() error { return server().ListenAndServe() }'],
])('a server started by a method is found: %s', async (_, imports, text) => {
  expect([...new Set(await rulesIn(text, imports))]).toEqual([
    expect.stringMatching(/^SLP904 ListenAndServe(?:TLS)?$/),
  ]);
});

test.each([
  'plugin_test.go',
  'plugin_windows.go',
  'vendor/example.com/x/x.go',
  'nested/zz_generated.go',
  '_ignored.go',
])('a file is scanned whatever its name is, and whatever comments it starts with: %s', async (path) => {
  const text = '//go:build ignore\n// Code generated by x. DO NOT EDIT.\n\npackage p\nimport "os"\nvar p os.Process\n';
  expect(await goFindings(text, path)).toEqual(['6:7 SLP901 os.Process']);
});

test.each([
  ['import "os"', 'var s *os.ProcessState; var a os.ProcAttr'],
  ['import "os"', 'func f(os struct{ Process int }) int { return os.Process }'],
  ['import "os"', '// os.Process{Pid: 1}\nvar s = "os.Process{}" + `\nos.Process{}`'],
  ['import os "example.com/os"', 'var p os.Process'],
  ['import "os"', 'type Process struct{ os *Process }; var p = Process{}.os.os'],
  ['import "net/http"', 'var s = &http.Server{Addr: ":1"}; func f() error { return s.Shutdown(nil) }'],
  ['', 'func ListenAndServe() {}; func f() { ListenAndServe() }'],
  ['', 'type T struct{ ListenAndServe int }; var t = T{ListenAndServe: 1}'],
  ['', 'type l interface{ ListenAndServe() error }'],
  ['', 'var s = "s.ListenAndServe()" // s.ListenAndServe()'],
  ['', 'func f(s T) { s.Listen(); s.listenAndServe(); s.Serve() }'],
])('code that neither creates a process nor starts a server is clean: %s; %s', async (imports, text) => {
  expect(await goFindingsIn(text, imports)).toEqual([]);
});

test('a net/http function is reported only once, under its own rule', async () => {
  const text = 'func f() { http.ListenAndServe(a, b); s.ListenAndServe() }';
  expect(await goFindingsIn(text, 'import "net/http"')).toEqual([
    '2:12 SLP904 net/http.ListenAndServe',
    '2:41 SLP904 ListenAndServe',
  ]);
});
