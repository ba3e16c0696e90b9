// Breaks Go files as people do, and prints where go/parser reports the first error of each: COUNT SEED FILE... to a JSON object per line.
//
// Each line says which part of which file is replaced by what, in bytes. The same arguments give the same lines.
package main

import (
	"encoding/json"
	"go/parser"
	"go/scanner"
	"go/token"
	"math/rand"
	"os"
	"strconv"
)

type piece struct {
	start, end int
	tok        token.Token
	lit        string
}

type variant struct {
	Class  string `json:"class"`
	File   string `json:"file"`
	Start  int    `json:"start"`
	End    int    `json:"end"`
	New    string `json:"new"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Says   string `json:"says"`
}

type source struct {
	name   string
	text   []byte
	pieces []piece
}

func load(name string) source {
	text, err := os.ReadFile(name)
	if err != nil {
		panic(err)
	}
	fset := token.NewFileSet()
	file := fset.AddFile(name, -1, len(text))
	var s scanner.Scanner
	s.Init(file, text, nil, 0)
	src := source{name: name, text: text}
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return src
		}
		at := file.Offset(pos)
		if tok == token.SEMICOLON && lit == "\n" {
			src.pieces = append(src.pieces, piece{at, at, tok, lit})
			continue
		}
		n := len(lit)
		if lit == "" || tok.IsOperator() {
			n = len(tok.String())
		}
		src.pieces = append(src.pieces, piece{at, at + n, tok, lit})
	}
}

type edit struct {
	start, end int
	new        string
}

var rnd *rand.Rand

// pick chooses one; of none, it ends the attempt.
func pick[T any](from []T) T {
	if len(from) == 0 {
		panic(nothing)
	}
	return from[rnd.Intn(len(from))]
}

const nothing = "nothing to pick"

// attempt returns no edit if the file has nothing of the kind.
func attempt(mutate func(source) (edit, bool), s source) (e edit, ok bool) {
	defer func() {
		if cause := recover(); cause != nil && cause != nothing {
			panic(cause)
		}
	}()
	return mutate(s)
}

func (s source) only(test func(piece) bool) []piece {
	var found []piece
	for _, p := range s.pieces {
		if test(p) {
			found = append(found, p)
		}
	}
	return found
}

func is(kinds ...token.Token) func(piece) bool {
	return func(p piece) bool {
		for _, k := range kinds {
			if p.tok == k {
				return true
			}
		}
		return false
	}
}

func cut(from []piece, texts ...string) (edit, bool) {
	p := pick(from)
	text := ""
	if len(texts) > 0 {
		text = pick(texts)
	}
	return edit{p.start, p.end, text}, true
}

func after(from []piece, texts ...string) (edit, bool) {
	p := pick(from)
	return edit{p.end, p.end, pick(texts)}, true
}

func isWritten(p piece) bool { return p.start != p.end }

var classes = []struct {
	name   string
	mutate func(source) (edit, bool)
}{
	{"unclosed parenthesis", func(s source) (edit, bool) { return cut(s.only(is(token.RPAREN))) }},
	{"unclosed bracket", func(s source) (edit, bool) { return cut(s.only(is(token.RBRACK))) }},
	{"unclosed brace", func(s source) (edit, bool) { return cut(s.only(is(token.RBRACE))) }},
	{"unopened parenthesis", func(s source) (edit, bool) { return cut(s.only(is(token.LPAREN))) }},
	{"unopened brace", func(s source) (edit, bool) { return cut(s.only(is(token.LBRACE))) }},
	{"mismatched bracket", func(s source) (edit, bool) {
		return cut(s.only(is(token.RPAREN, token.RBRACE, token.RBRACK)), ")", "]", "}")
	}},
	{"unterminated string", func(s source) (edit, bool) {
		from := s.only(func(p piece) bool { return p.tok == token.STRING && p.lit[0] == '"' })
		p := pick(from)
		return edit{p.end - 1, p.end, ""}, true
	}},
	{"missing operator", func(s source) (edit, bool) {
		return cut(s.only(func(p piece) bool {
			return p.tok.IsOperator() && isWritten(p) && p.tok > token.ADD && p.tok < token.LPAREN
		}))
	}},
	{"missing comma", func(s source) (edit, bool) { return cut(s.only(is(token.COMMA))) }},
	{"missing operand", func(s source) (edit, bool) { return cut(s.only(is(token.IDENT, token.INT, token.STRING))) }},
	{"missing keyword", func(s source) (edit, bool) {
		return cut(s.only(func(p piece) bool { return p.tok.IsKeyword() }))
	}},
	{"misspelled keyword", func(s source) (edit, bool) {
		from := s.only(func(p piece) bool { return p.tok.IsKeyword() })
		p := pick(from)
		x := []byte(p.tok.String())
		i := rnd.Intn(len(x) - 1)
		if x[i] == x[i+1] {
			return edit{}, false
		}
		x[i], x[i+1] = x[i+1], x[i]
		return edit{p.start, p.end, string(x)}, true
	}},
	{"keyword as name", func(s source) (edit, bool) {
		return cut(s.only(is(token.IDENT)), "type", "func", "range", "var", "map", "default", "interface", "go", "select")
	}},
	{"stray token", func(s source) (edit, bool) {
		return after(s.only(isWritten), " )", " ]", " }", " (", " [", " {", " ;", " ,", " :", " =", " 1", " x", " \"s\"", " !", " .", " :=")
	}},
	{"doubled operator", func(s source) (edit, bool) {
		from := s.only(func(p piece) bool {
			return p.tok.IsOperator() && isWritten(p) && p.tok != token.RBRACE && p.tok != token.LBRACE
		})
		p := pick(from)
		return edit{p.end, p.end, " " + p.tok.String()}, true
	}},
	{"invalid character", func(s source) (edit, bool) {
		return after(s.only(isWritten), "$", "?", "\u200b", "\u2013", "@", "#", "\u00a0", "\u201c", "'")
	}},
	{"split line", func(s source) (edit, bool) { return after(s.only(isWritten), "\n") }},
	{"joined line", func(s source) (edit, bool) {
		from := s.only(func(p piece) bool { return p.tok == token.SEMICOLON && p.lit == "\n" && p.start < len(s.text) })
		p := pick(from)
		return edit{p.start, p.start + 1, " "}, true
	}},
	{"brace on next line", func(s source) (edit, bool) { return cut(s.only(is(token.LBRACE)), "\n{") }},
	{"other language", func(s source) (edit, bool) {
		from := s.only(func(p piece) bool { return p.tok == token.SEMICOLON && p.lit == "\n" && p.start < len(s.text) })
		p := pick(from)
		return edit{p.start + 1, p.start + 1, pick([]string{"while true {\n}\n", "x = a ? b : c\n", "if (x) y()\n", "for i in x {\n}\n", "try {\n}\n", "def f():\n", "class A {\n}\n", "int x = 3;\n", "x++ + 1\n", "let x = 1\n", "else {\n}\n", "return x y\n", "if x = 1 {\n}\n", "func (x int) {\n", "var x int y\n", "import \"fmt\"\n", "fmt.Println('a b')\n", "x := [1, 2]\n", "for (i := 0; i < 3; i++) {\n}\n", "if x { y } else\n{ z }\n", "x := map[string]int{\"a\": 1\n}\n", "f(a,\n b\n)\n", "switch x {\nfoo()\n}\n", "if x\n{\n}\n", "a, b = := 1\n", "go f\n", "defer f\n", "x := func() { \n", "type T struct { a int, b int }\n", "type T struct { a int b int }\n", "x => y\n", "a -> b\n", "x.(type)\n", "var a, b int = \n", "func\n", "if {\n}\n", "for ;; {\n", "case 1:\n", "# comment\n", "/* open\n", "`open\n"})}, true
	}},
	{"truncated", func(s source) (edit, bool) { p := pick(s.pieces); return edit{p.end, len(s.text), ""}, true }},
	{"deleted token", func(s source) (edit, bool) { return cut(s.only(isWritten)) }},
	{"swapped tokens", func(s source) (edit, bool) {
		i := rnd.Intn(len(s.pieces) - 1)
		a, b := s.pieces[i], s.pieces[i+1]
		if !isWritten(a) || !isWritten(b) {
			return edit{}, false
		}
		return edit{a.start, b.end, string(s.text[b.start:b.end]) + " " + string(s.text[a.start:a.end])}, true
	}},
	{"deleted line", func(s source) (edit, bool) {
		from := s.only(isWritten)
		p := pick(from)
		start, end := p.start, p.start
		for start > 0 && s.text[start-1] != '\n' {
			start--
		}
		for end < len(s.text) && s.text[end] != '\n' {
			end++
		}
		return edit{start, end, ""}, true
	}},
}

// reported returns the first error by position, as gofmt prints it.
func reported(text string) *scanner.Error {
	mode := parser.ParseComments | parser.SkipObjectResolution | parser.AllErrors
	_, err := parser.ParseFile(token.NewFileSet(), "", text, mode)
	if list, ok := err.(scanner.ErrorList); ok {
		return list[0]
	}
	return nil
}

func main() {
	count, _ := strconv.Atoi(os.Args[1])
	seed, _ := strconv.Atoi(os.Args[2])
	var sources []source
	for _, name := range os.Args[3:] {
		sources = append(sources, load(name))
	}
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for number, class := range classes {
		rnd = rand.New(rand.NewSource(int64(seed*len(classes) + number)))
		done := 0
		for tries := 0; done < count && tries < 40*count; tries++ {
			s := pick(sources)
			e, ok := attempt(class.mutate, s)
			if !ok {
				continue
			}
			err := reported(string(s.text[:e.start]) + e.new + string(s.text[e.end:]))
			if err == nil {
				continue
			}
			output.Encode(variant{class.name, s.name, e.start, e.end, e.new, err.Pos.Line, err.Pos.Column, err.Msg})
			done++
		}
	}
}
