// Tests which functions of other packages an analysis lists as reached.
// @module-tag go
// @module-tag long
import { globSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseReached, programAnalysisSchema, reachOf } from '../../../src/contract/builder/analyses.ts';
import { type ModuleProxy, moduleVersion, writeModuleProxy } from '../../module-proxy.ts';
import { coldCacheMs, goMod, pipelinePlugin } from '../go-support.ts';
import { newFolder, type TestBuilder } from '../support.ts';
import { analyze, startAnalyzingBuilder } from './analysis-support.ts';

const module = 'example.com/parser';
const source = `package parser

type Decoder struct{ depth int }

func (d *Decoder) Decode(text string) int { return d.descend(text) }

func (d *Decoder) descend(text string) int { return d.depth + len(text) }

type Walker interface{ Walk() int }

type tree[T any] struct{ root T }

func (tree[T]) Walk() int { return 1 }

func NewWalker() Walker { return tree[int]{} }

func Each(text string, do func(int)) { func() { do(len(text)) }() }

func Parse(text string) int { return (&Decoder{}).Decode(text) }

func Unused(text string) int { return len(text) }
`;

let proxy: ModuleProxy;
let builder: TestBuilder;
beforeAll(async () => {
  proxy = await writeModuleProxy(newFolder(), { [module]: { 'parser.go': source } });
  const limits = { moduleCacheBytes: 1 };
  builder = await startAnalyzingBuilder({ GOPROXY: proxy.url, BUILDER_LIMITS: JSON.stringify(limits) });
  await reachedBy('return nil, nil', '');
}, coldCacheMs);
afterAll(() => builder.close());

async function reachedBy(body: string, imports = `"${module}"`, more = '') {
  const archive = await builder.putArchive({
    'go.mod': goMod(`require ${module} ${moduleVersion}`),
    'go.sum': proxy.sums(module),
    'plugin.go': pipelinePlugin(body, { imports, more }),
  });
  const { status, body: answer } = await analyze(builder, archive);
  expect(status).toBe(200);
  const { functions } = programAnalysisSchema.parse(answer);
  return parseReached(functions ?? '');
}

const names = (reached: Awaited<ReturnType<typeof reachedBy>>, path: string) => reached.get(path)?.split(' ');

test('functions and methods are listed as the Go vulnerability database names them, and only reached ones', async () => {
  const reached = await reachedBy('return nil, nil', undefined, 'var length = parser.Parse("a")\n');
  expect(names(reached, module)).toEqual(expect.arrayContaining(['Decoder.Decode', 'Decoder.descend', 'Parse']));
  expect(names(reached, module)).not.toContain('Unused');
  expect(reachOf(reached, { imports: [{ path: module, symbols: ['Decoder.descend', 'Other'] }] })).toBe('symbol');
  expect(reachOf(reached, { imports: [{ path: module, symbols: ['Unused'] }] })).toBe('none');
  expect(reachOf(reached, { imports: [{ path: module, symbols: [] }] })).toBe('package');
  expect(reachOf(reached, { imports: [{ path: `${module}/deep`, symbols: [] }] })).toBe('none');
});

test('calls through interfaces, generic types, function values and literals are followed', async () => {
  const body =
    'n := parser.NewWalker().Walk()\n\tparser.Each(action, func(int) { n += parser.Unused(action) })\n\treturn map[string]interface{}{"n": n}, nil';
  expect(names(await reachedBy(body), module)).toEqual(['Each', 'NewWalker', 'Unused', 'tree.Walk']);
});

test('a function of the standard library that is reached through another one is listed, and one that is not is absent', async () => {
  const reached = await reachedBy('_, err := url.ParseQuery(action)\n\treturn nil, err', '"net/url"');
  expect(names(reached, 'net/url')).toEqual(expect.arrayContaining(['ParseQuery', 'QueryUnescape', 'unescape']));
  expect(names(reached, 'net/url')).not.toContain('URL.JoinPath');
});

test('the modules of an analysis can be removed from the cache once it has ended', async () => {
  // A new source, since the result of an earlier run may be in the cache.
  await reachedBy('return nil, nil', undefined, `var words = parser.Parse("${crypto.randomUUID()}")\n`);
  const inCache = () => globSync(`${builder.stateFolder}/**/${module}@${moduleVersion}`);
  await expect.poll(inCache).toEqual([]);
});
