// A small Go program in the newest language of a Go version, to find out what works with it. It compiles without the runtime, which
// takes long.

/** Generic types, an alias of one, and ranges over a function and a number. */
const basis = `import "unicode/utf8"

type plugin struct{}

var Plugin plugin

type list[T any] struct{ items []T }

type texts[T ~string] = list[T]

func (l list[T]) all() func(func(int, T) bool) {
	return func(yield func(int, T) bool) {
		for at, item := range l.items {
			if !yield(at, item) {
				return
			}
		}
	}
}

func apply[T any](l list[T], change func(T) string) (changed []string) {
	for range 2 {
		for _, item := range l.all() {
			changed = append(changed, change(item), string(utf8.RuneError))
		}
	}
	return changed
}
`;

/** Additions to the language, by the minor number of the Go version that has them first. */
const additions: Record<number, string> = {
  26: `
type ordered[T ordered[T]] interface{ before(T) bool }

func pointer(text string) *string { return new(text + text) }
`,
  27: `
type named struct{ list[string] }

func (l list[T]) mapped[R any](change func(T) R) (changed []R) {
	for _, item := range l.all() {
		changed = append(changed, change(item))
	}
	return changed
}

func same[T any](value T) T { return value }

func lengths() []int {
	changes := []func(string) string{same}
	return named{items: []string{"a"}}.mapped(func(text string) int { return len(changes[0](text)) })
}
`,
};

/** Returns the package's files by name. `minor` is 26 for Go 1.26. */
export function goSample(packageName: string, minor: number): { 'go.mod': string; 'sample.go': string } {
  const added = Object.entries(additions).flatMap(([since, text]) => (Number(since) <= minor ? [text] : []));
  return {
    'go.mod': `module slipway.local/sample\n\ngo 1.${minor}\n`,
    'sample.go': `package ${packageName}\n\n${[basis, ...added].join('')}`,
  };
}
