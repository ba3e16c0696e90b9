// Tests analysis findings: small Go plugins are found to have exactly the capabilities that they use, each with its path and module.
// @module-tag go
// @module-tag long
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModuleProxy, writeModuleProxy } from '../../module-proxy.ts';
import { coldCacheMs, goMod, pipelinePlugin } from '../go-support.ts';
import { type Files, newFolder, type TestBuilder } from '../support.ts';
import { analyzeSource, startAnalyzingBuilder } from './analysis-support.ts';

const host = 'github.com/mimir-aip/mimir-aip-go';
const execute =
  'Execute(action string, params map[string]interface{}, ctx *models.PipelineContext) (map[string]interface{}, error)';

const modules = {
  'example.com/fetcher': {
    'fetcher.go': `package fetcher

import "net"

type Client struct{ dial func(string, string) (net.Conn, error) }

func New() *Client { return &Client{dial: net.Dial} }

func (c *Client) Do(host string) error { _, err := c.dial("tcp", host); return err }
`,
  },
  'example.com/runner': {
    'runner.go': `package runner

import "os/exec"

type Result struct{}

func (Result) MarshalJSON() ([]byte, error) { return exec.Command("true").Output() }

func Run(name string) error { return exec.Command(name).Run() }

func Unused() error { return nil }
`,
  },
  'example.com/assembly': {
    'sum.go': 'package assembly\n\nfunc Sum(a, b int64) int64\n',
    'sum_amd64.s': '#include "textflag.h"\n\nTEXT ·Sum(SB), NOSPLIT, $0-24\n\tRET\n',
    'sum_arm64.s': '#include "textflag.h"\n\nTEXT ·Sum(SB), NOSPLIT, $0-24\n\tRET\n',
  },
  'example.com/linked': {
    'linked.go': `package linked

import _ "unsafe"

//go:linkname now time.now
func now() (sec int64, nsec int32, mono int64)

func Seconds() int64 { sec, _, _ := now(); return sec }
`,
    'linked.s': '',
  },
  'example.com/initialized': {
    'initialized.go': `package initialized

import "os/exec"

var Version = "1"

func init() { _ = exec.Command("true").Run() }
`,
  },
  'example.com/base': {
    'base.go': `package base

import (
	"os/exec"

	"${host}/pkg/models"
)

type Base struct{}

func (Base) ${execute} { return nil, exec.Command("true").Run() }
`,
    'go.mod': `module example.com/base\n\ngo 1.24\n\nrequire ${host} v0.0.0\n`,
  },
} satisfies Record<string, Record<string, string>>;
type Module = keyof typeof modules;

let proxy: ModuleProxy;
let builder: TestBuilder;
beforeAll(async () => {
  proxy = await writeModuleProxy(newFolder(), modules);
  builder = await startAnalyzingBuilder({ GOPROXY: proxy.url });
  // The first analysis on a machine builds the analyzer.
  await analyzeSource(builder, await builder.putArchive({ 'plugin.go': pipelinePlugin('return nil, nil') }));
}, coldCacheMs);
afterAll(() => builder.close());

interface Program {
  requires?: Module;
  imports?: string;
  body?: string;
  more?: string;
  /** The whole source, in place of the parts. */
  source?: string;
  files?: Files;
}

async function reachedBy({ requires, imports = '', body = 'return nil, nil', more = '', ...program }: Program) {
  const archive = await builder.putArchive({
    'go.mod': goMod(...(requires ? [`require ${requires} v1.0.0`] : [])),
    'go.sum': requires ? proxy.sums(requires) : '',
    'plugin.go': program.source ?? pipelinePlugin(body, { imports: requires ? `"${requires}"` : imports, more }),
    ...program.files,
  });
  return (await analyzeSource(builder, archive)).map(({ module, name, path, reason }) =>
    reason === undefined ? `${name} ${module ?? '-'}: ${path.join(' → ')}` : `${name}: ${reason}`,
  );
}

const ofModules = (path: string) => `package main

import (
	"${path}"
	"${host}/pkg/models"
)
`;

const programs: Record<string, [Program, string[]]> = {
  'that computes': [{ imports: '"strings"', body: 'return nil, nil', more: 'var _ = strings.ToUpper("a")' }, []],
  'that connects itself': [
    { imports: '"net/http"', body: '_, err := http.Get(action)\n\treturn nil, err' },
    ['NETWORK -: plugin.plugin.Execute → net/http.Get'],
  ],
  'that connects through a module, by a function value': [
    { requires: 'example.com/fetcher', body: 'return nil, fetcher.New().Do(action)' },
    ['NETWORK example.com/fetcher@v1.0.0: plugin.plugin.Execute → example.com/fetcher.Client.Do → net.Dial'],
  ],
  'that starts programs through a module': [
    { requires: 'example.com/runner', body: 'return nil, runner.Run(action)' },
    ['EXEC example.com/runner@v1.0.0: plugin.plugin.Execute → example.com/runner.Run → os/exec.Cmd.Run'],
  ],
  'that connects through a private module in its source': [
    {
      body: 'return nil, lib.Do(action)',
      imports: 'lib "git.example.com/acme/lib"',
      files: {
        'go.mod': goMod('require git.example.com/acme/lib v1.2.0'),
        'slipway-modules/git.example.com/acme/lib/go.mod': 'module git.example.com/acme/lib\n\ngo 1.24\n',
        'slipway-modules/git.example.com/acme/lib/lib.go':
          'package lib\n\nimport "net"\n\nfunc Do(a string) error { _, err := net.Dial("tcp", a); return err }\n',
      },
    },
    ['NETWORK git.example.com/acme/lib@v1.2.0: plugin.plugin.Execute → git.example.com/acme/lib.Do → net.Dial'],
  ],
  'whose result starts programs when it is serialized': [
    { requires: 'example.com/runner', body: 'return map[string]interface{}{"r": runner.Result{}}, runner.Unused()' },
    ['EXEC example.com/runner@v1.0.0: example.com/runner.Result.MarshalJSON → os/exec.Cmd.Output'],
  ],
  'of a module with assembly': [
    { requires: 'example.com/assembly', body: 'return map[string]interface{}{"s": assembly.Sum(1, 2)}, nil' },
    ['ARBITRARY_EXECUTION example.com/assembly@v1.0.0: plugin.plugin.Execute → example.com/assembly.Sum'],
  ],
  'of a module with a function that is linked past the compiler': [
    { requires: 'example.com/linked', body: 'return map[string]interface{}{"s": linked.Seconds()}, nil' },
    [
      'ARBITRARY_EXECUTION example.com/linked@v1.0.0: plugin.plugin.Execute → example.com/linked.Seconds → example.com/linked.now',
    ],
  ],
  'of a module that starts programs when it is initialized': [
    { requires: 'example.com/initialized', body: 'return map[string]interface{}{"v": initialized.Version}, nil' },
    ['EXEC example.com/initialized@v1.0.0: plugin.init → example.com/initialized.init → os/exec.Cmd.Run'],
  ],
  'whose Plugin has its methods from a module': [
    {
      requires: 'example.com/base',
      source: `${ofModules('example.com/base')}\nvar _ models.PipelineContext\n\nvar Plugin struct{ base.Base }\n`,
    },
    ['EXEC example.com/base@v1.0.0: example.com/base.Base.Execute → os/exec.Cmd.Run'],
  ],
  'whose Plugin is an interface that a module implements': [
    {
      requires: 'example.com/base',
      source: `${ofModules('example.com/base')}\nvar Plugin interface{ ${execute} } = base.Base{}\n`,
    },
    ['EXEC example.com/base@v1.0.0: example.com/base.Base.Execute → os/exec.Cmd.Run'],
  ],
  'with a main of its own and files in actions': [
    {
      imports: '"os"',
      more: 'func main() { _ = os.Setenv("A", "b") }',
      files: { 'actions/more.go': 'package main\n\nimport "os"\n\nfunc more() []string { return os.Environ() }\n' },
    },
    ['MODIFY_SYSTEM_STATE -: plugin.main → os.Setenv', 'READ_SYSTEM_STATE -: plugin.more → os.Environ'],
  ],
  'that cannot be read': [
    { body: 'return nothing, nil' },
    ['UNANALYZED: reading example.com/plugin: undefined: nothing'],
  ],
};

test.each(Object.entries(programs))(
  'the analysis finds the capabilities of a program %s',
  async (_, [program, expected]) => {
    expect(await reachedBy(program)).toEqual(expected);
  },
);
