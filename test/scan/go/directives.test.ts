// Tests SLP902 and SLP904 for toolchain directives (scan policy §8a), and SLP904 for functions that run without being called.
import { describe, expect, test } from 'vitest';
import { goFindings } from '../support/go.ts';

describe('directives', () => {
  test.each([
    ['//go:linkname now time.now', '2:1 SLP902 go:linkname'],
    ['//go:linkname\tnow', '2:1 SLP902 go:linkname'],
    ['var x = 1 //go:linkname x y', '2:11 SLP902 go:linkname'],
    ['func f() { //go:linkname f g\n}', '2:12 SLP902 go:linkname'],
    ['//go:cgo_ldflag "-lfoo"', '2:1 SLP902 go:cgo_ldflag'],
    ['//go:cgo_unsafe_args', '2:1 SLP902 go:cgo_unsafe_args'],
    ['//go:cgo_import_dynamic\r', '2:1 SLP902 go:cgo_import_dynamic'],
    ['//go:wasmimport env f\nfunc f()', '2:1 SLP901 go:wasmimport'],
    [
      '// f is imported.\n//\n//go:wasmimport wasi_snapshot_preview1 sock_open\nfunc f() int32',
      '4:1 SLP901 go:wasmimport',
    ],
    ['var x = 1 //go:wasmimport env f', '2:11 SLP901 go:wasmimport'],
    ['func f() { //go:wasmimport env g\n}', '2:12 SLP901 go:wasmimport'],
    ['\t//go:wasmimport "env" `f`\r\nfunc f()', '2:2 SLP901 go:wasmimport'],
    ['//go:wasmimport', '2:1 SLP901 go:wasmimport'],
    ['//go:wasmimport\tenv f', '2:1 SLP901 go:wasmimport'],
    ['/* x\n*/ //go:wasmimport env f', '3:4 SLP901 go:wasmimport'],
    ['//go:noinline\n//go:wasmimport env f\nfunc f()', '3:1 SLP901 go:wasmimport'],
    ['type (\n//go:wasmimport env f\nT int)', '3:1 SLP901 go:wasmimport'],
    ['//go:generate sh -c "true"', '2:1 SLP904 go:generate'],
    ['//go:embed ../x\nvar s string', '2:1 SLP902 go:embed'],
    ['//go:embed a.txt all:../../x\nvar s string', '2:1 SLP902 go:embed'],
    ['//go:embed all:../x\nvar s string', '2:1 SLP902 go:embed'],
    ['//go:embed "all:/x"\nvar s string', '2:1 SLP902 go:embed'],
    ['//go:embed "a b" "..\\x2fx"\nvar s string', '2:1 SLP902 go:embed'],
    ['//go:embed `/etc/passwd`\nvar s string', '2:1 SLP902 go:embed'],
    ['//go:embed x/../../y\nvar s string', '2:1 SLP902 go:embed'],
    ['//go:embed C:/x\nvar s string', '2:1 SLP902 go:embed'],
    ['//go:nosplit\nfunc f()', '2:1 SLP902 go:nosplit'],
    ['//go:nosplit\nfunc f(a int) (b func() interface{ M() })', '2:1 SLP902 go:nosplit'],
    ['//go:nosplit\nfunc f() {}\n\nfunc (r *T[int]) g(x struct{ y int }) map[string]struct{}', '2:1 SLP902 go:nosplit'],
  ])('a forbidden directive is found: %j', async (text, expected) => {
    expect(await goFindings(`package p\n${text}\n`)).toEqual([expected]);
  });
});

describe('a harmless directive', () => {
  test.each([
    '// go:linkname f g',
    '/*go:linkname f g*/',
    '//go:linknames f g',
    'const s = "//go:linkname f g"',
    'const s = `\n//go:linkname f g\n`',
    '//go:build linux && !cgo',
    '//go:noinline\nfunc f() {}',
    '// go:wasmimport env f',
    '/*go:wasmimport env f*/',
    'const s = `\n//go:wasmimport env f\n`',
    '//go:wasmimports env f',
    '//go:wasmexport f\nfunc f() {}',
    '//go:embed a.txt ..b/c.. "with blanks" all:templates/*.tmpl\nvar s string',
    '//go:embed\nvar s string',
    '//go:nosplit\nfunc f() {}\nfunc g[T any](x T) (y int) { return }\nfunc (r R) h() interface{ M() } { return r }',
    'func f()\nfunc g() {}',
    '//line x.go:1',
  ])('text that is not a forbidden directive is clean: %j', async (text) => {
    expect(await goFindings(`package p\n${text}\n`)).toEqual([]);
  });
});

test.each([
  ['func init() {}', ['2:6 SLP904 init']],
  ['func init() {}\nfunc init() {}', ['2:6 SLP904 init', '3:6 SLP904 init']],
  ['func /**/ init /**/ () {}', ['2:11 SLP904 init']],
  ['func (t T) init() {}', []],
  ['func initialize() {}', []],
  ['func main() { init := 1; _ = init }', []],
  ['var x = func() {}', []],
])('an init function is found, and code that only looks like one is not: %j', async (text, expected) => {
  expect(await goFindings(`package p\n${text}\n`)).toEqual(expected);
});
