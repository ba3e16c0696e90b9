// Enforces the rules for files, and which files may use what. Takes 6 s: it reads the syntax of nearly all of them.
import ts from 'typescript';
import { expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import {
  exportedNumbers,
  filesUnder,
  freeNames,
  functionsOf,
  importsOf,
  linesIn,
  linesOf,
  nameOf,
  placesOf,
  type SourceFile,
  valueImportsOf,
} from './source-files.ts';

/** Parts without I/O or runtime-specific APIs: they run in workerd, Node and browsers. */
const pureParts = ['core', 'contract', 'answers', 'archive', 'scan', 'json-schema', 'manifest', 'osv'];
const impure = new Set(['Buffer', 'Bun', 'Deno', 'console', 'document', 'fetch', 'process', 'require', 'window']);

const vagueNames = /(?:^|\/)(?:utils?|helpers?|common|lib|misc|shared|services|types)(?:\/|\.ts$)/;
const linesMax = 400;
const files = [...filesUnder('src'), ...filesUnder('builder/server')];
const allFiles = [...files, ...filesUnder('scripts'), ...filesUnder('test')];
const byPath = new Map(files.map((file) => [file.path, file]));

/** Returns the files that contain the text. Filtering first avoids parsing all files, which takes seconds. */
function containing(text: string | RegExp, among: SourceFile[]): SourceFile[] {
  return among.filter((file) => (typeof text === 'string' ? file.text.includes(text) : text.test(file.text)));
}

function nextOf(path: string): string[] {
  const file = byPath.get(path);
  return file ? importsOf(file) : [];
}

test('no file only re-exports others', () => {
  const barrels = files.filter(
    ({ source }) =>
      source.statements.length > 0 &&
      source.statements.every((statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)),
  );
  expect(barrels.map(({ path }) => path)).toEqual([]);
});

test('no file or folder has a vague name', () => {
  expect(allFiles.map(({ path }) => path).filter((path) => vagueNames.test(path))).toEqual([]);
});

test('the builder copies files only in the module that sets their modes', () => {
  const copies = files.filter(
    ({ path, text }) => path.startsWith('builder/') && /\b(?:copyFile|cp)\b.*'node:fs/.test(text),
  );
  expect(copies.map(({ path }) => path)).toEqual(['builder/server/sandbox/readable-copies.ts']);
});

test(`no file has more than ${linesMax} lines`, () => {
  const long = allFiles.filter(({ lines }) => lines > linesMax);
  expect(long.map(({ path, lines }) => ({ path, lines }))).toEqual([]);
});

const workerFiles = new Set(['src/worker.ts']);
for (const path of workerFiles) for (const target of nextOf(path)) workerFiles.add(target);

/** Data folders hold one file per item, and any number of files. */
const dataFolders = new Map([['test/fixtures/builder', 'one plugin per behavior']]);
const filesMax = 28;

test(`no folder has more than ${filesMax} code files: split it into subfolders`, () => {
  const count = Map.groupBy(allFiles, ({ path }) => path.slice(0, path.lastIndexOf('/')));
  const crowded = [...count].filter(([folder, { length }]) => length > filesMax && !dataFolders.has(folder));
  expect(crowded.map(([folder, { length }]) => `${folder}: ${length}`)).toEqual([]);
});

/** Files outside contract/limits that export numbers with limit-like names, and why. */
const numbersOutside = new Map([
  ['builder/server/sandbox/process-limits.ts', 'what a process may use, which only the builder knows'],
  ['builder/server/python/frames.ts', 'the size of a header is part of the format'],
  ['src/archive/compression/bit-input.ts', 'the size of a code is part of the format'],
  ['src/archive/tar/tar-header.ts', 'the size of a block is part of the format'],
  ['src/archive/zip/zip-format.ts', 'the sizes of records are part of the format'],
  ['src/client/retry.ts', "the client's own, which has no part of the server"],
  ['src/console/data/calls/streamed-call.ts', 'a call that has not begun'],
  ['src/core/turns.ts', 'what a loop does at a time, in a part that knows no limits of others'],
  ['src/contract/plugin/placement.ts', "the memory of Cloudflare's instance types"],
  ['src/contract/traffic.ts', 'the length of an hour'],
]);

test("exported limits are in contract/limits, or with their feature's words", () => {
  const isLimit = /(?:Max|Bytes|Chars|Characters|Ms|Seconds|MiB|Attempts|Limits?)$/;
  const found = files
    .filter(
      ({ path }) => !/^src\/contract\/(?:limits\/|features\/[^/]+\/limits\.ts)/.test(path) && !numbersOutside.has(path),
    )
    .flatMap((file) =>
      exportedNumbers(file)
        .filter((name) => isLimit.test(name))
        .map((name) => `${file.path}: ${name}`),
    );
  expect(found).toEqual([]);
});

test('pipeline.ts has at most 220 lines: the states of publishing and deploying, not the steps', () => {
  expect(byPath.get('src/pipeline.ts')?.lines).toBeLessThanOrEqual(220);
});

const functionLinesMax = 60;
const parametersMax = 4;
/** Exceptions: a loop with its state in local variables, where inflating spends nearly all its time, and a function of table rows. */
const exceptions = ['src/archive/compression/inflate.ts: #decode', 'src/db/schema/triggers.ts: trigger'];

test(`no function has more than ${functionLinesMax} lines or ${parametersMax} parameters`, () => {
  const found = files
    .filter(({ path }) => !path.endsWith('.gen.ts'))
    .flatMap(({ path, source }) =>
      functionsOf(source)
        .filter((node) => linesIn(source, node) > functionLinesMax || hasTooManyParameters(node))
        .map((node) => `${path}: ${nameOf(source, node)}`),
    );
  expect(found.sort()).toEqual(exceptions);
});

/**
 * Returns whether a function has too many parameters. Ignores callbacks, whose parameters their callers choose, and parameters with
 * defaults, which are options.
 */
function hasTooManyParameters(node: ts.SignatureDeclaration): boolean {
  const isCallback = ts.isCallExpression(node.parent);
  return !isCallback && node.parameters.filter(({ initializer }) => !initializer).length > parametersMax;
}

test('the Worker imports no Node modules', () => {
  const found = [...workerFiles].flatMap((path) =>
    (byPath.get(path)?.specifiers ?? [])
      .filter((specifier) => specifier.startsWith('node:'))
      .map((specifier) => `${path} imports ${specifier}`),
  );
  expect(found).toEqual([]);
  expect(workerFiles).toContain('src/pipeline.ts');
});

test('a call loads nothing of what a start, a rollback or a scan needs', () => {
  const walls = /^src\/(?:advisories|features|rollouts|scan|instances\/environments)\//;
  const loaded = new Map([['src/serve/call.ts', 'src/serve/call.ts']]);
  for (const [path, trail] of loaded) {
    const file = byPath.get(path);
    for (const next of file ? valueImportsOf(file) : []) if (!loaded.has(next)) loaded.set(next, `${trail} → ${next}`);
  }
  expect([...loaded].flatMap(([path, trail]) => (walls.test(path) ? [trail] : []))).toEqual([]);
  expect([...loaded.keys()]).toContain('src/serve/attached/releases.ts');
});

test('every file and package that the builder imports goes into its image', () => {
  const allowed = linesOf('.dockerignore').flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  const [, , base = [], ...stages] = linesOf('builder/Dockerfile')
    .join('\n')
    .split(/^FROM /m)
    .map((stage) => stage.split('\n'));
  const copied = [...base, ...(stages.at(-1) ?? [])].flatMap((line) => /^COPY (?!--)(\S+) /.exec(line)?.[1] ?? []);
  const isIn = (path: string, folders: string[]) =>
    folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
  const reached = new Set(files.flatMap(({ path, part }) => (part === 'builder' ? [path] : [])));
  for (const path of reached) for (const target of nextOf(path)) reached.add(target);
  const packages = [...reached]
    .flatMap((path) => byPath.get(path)?.specifiers ?? [])
    .filter((specifier) => !/^(?:\.|node:)/.test(specifier))
    .map((specifier) => `node_modules/${specifier}`);
  const missing = [...reached, ...packages].filter((path) => !isIn(path, allowed) || !isIn(path, copied));
  expect(missing).toEqual([]);
});

test('only removal/ removes trees that may contain plugin files', () => {
  const removes = /\brm(?:Sync)?\([^;]*recursive: true/;
  const found = files.filter(({ path, text }) => path.startsWith('builder/') && removes.test(text));
  const trusted = 'builder/server/analyses/analyzer.ts'; // removes only its own files
  expect(found.map(({ path }) => path).sort()).toEqual([trusted, 'builder/server/removal/remove-tree.ts']);
});

test('only pointers/promote.ts moves traffic', () => {
  const moves = /\.(?:insert|delete)\(livePointers\)|\.update\(livePointers\)\s*\.set\(\{[^}]*\btargetId\b/;
  const found = files.filter(({ part, text }) => part !== 'db' && moves.test(text));
  expect(found.map(({ path }) => path)).toEqual(['src/pointers/promote.ts']);
});

test.each([
  ['inbound HTTP', /^(?:hono|@hono\/)/, ['api', 'app', 'builder', 'feature', 'features']],
  [
    'SQL',
    /^drizzle-orm/,
    'access advisories attention builders db events features instances limits logs models organizations pointers points registry releases retirement rollouts scan-host serve traffic watching'.split(
      ' ',
    ),
  ],
])('%s is known only to its own parts', (_, specifier, parts) => {
  const importing = files.filter(({ specifiers }) => specifiers.some((name) => specifier.test(name)));
  expect([...new Set(importing.map(({ part }) => part))].sort()).toEqual(parts);
});

test('packages that the product imports are in dependencies, which `npm audit --omit=dev` covers', () => {
  const declared = Object.keys(packageJson.dependencies);
  const used = files
    .flatMap(({ specifiers }) => specifiers)
    .filter((specifier) => !/^(?:\.|node:|cloudflare:)/.test(specifier))
    .map((specifier) => specifier.match(/^(?:@[^/]+\/)?[^/]+/)?.[0] ?? specifier);
  expect([...new Set(used)].filter((name) => !declared.includes(name)).sort()).toEqual([]);
});

test('property tests import fast-check where its seed is set', () => {
  const found = containing('fast-check', allFiles).filter(({ specifiers }) => specifiers.includes('fast-check'));
  expect(found.map(({ path }) => path)).toEqual(['test/support/property.ts']);
});

test('the pure parts use no runtime-specific API', () => {
  const pure = files.filter(({ part }) => pureParts.includes(part));
  const found = pure.flatMap((file) => [
    ...file.specifiers
      .filter((name) => /^(?:node|cloudflare):/.test(name))
      .map((name) => `${file.path} imports ${name}`),
    ...freeNames(file)
      .filter(({ name }) => impure.has(name))
      .map(({ name, line }) => `${file.path}:${line} uses ${name}`),
  ]);
  expect(found).toEqual([]);
});

/** Files that may start processes directly, and why. All others use `runProgram` or `runConnected`. */
const starters = new Map([
  ['builder/server/programs/child-group.ts', 'it is how they are started'],
  ['builder/server/programs/disk-keeper.ts', 'one runs as long as the builder, and each request has a time limit'],
  ['scripts/local/supervise.ts', 'it runs services of Slipway until it is stopped'],
  ['scripts/local/step-process.ts', 'its steps end with a start, which says what it waits for'],
  ['src/cli/terminal/browser.ts', 'it leaves a browser to itself, and waits for nothing'],
]);
/** Folders whose processes run until an instance ends, so they have no time limit. */
const longLived = /^builder\/server\/(?:programs|python|executables|isolates|gpus)\//;
/** Files whose pipes close both ends directly, and why. */
const pipers = new Map([
  [
    'builder/server/relay/http-proxy.ts',
    'one direction of a tunnel may end before the other; both ends follow `close`',
  ],
]);
const productFiles = [...files, ...filesUnder('scripts/local')];

test('programs are started by builder/server/programs: runProgram and runConnected, with a time limit', () => {
  const isStart = (node: ts.Node) =>
    ts.isImportDeclaration(node) &&
    ts.isStringLiteral(node.moduleSpecifier) &&
    /^(?:node:)?child_process$/.test(node.moduleSpecifier.text) &&
    node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword;
  const others = productFiles.filter(({ path }) => !starters.has(path));
  const found = containing('child_process', others).flatMap((file) => placesOf(file, isStart));
  expect(found).toEqual([]);
});

test('only processes that live as long as an instance or the builder use ChildGroup, which has no time limit', () => {
  const group = 'builder/server/programs/child-group.ts';
  const users = productFiles.filter((file) => !longLived.test(file.path) && importsOf(file).includes(group));
  expect(users.map(({ path }) => path)).toEqual([]);
});

test('nothing waits for a process exit without a limit: `end` it, or race it with a timer', () => {
  const isExit = (node: ts.Node) => ts.isPropertyAccessExpression(node) && node.name.text === 'exited';
  const isWait = (node: ts.Node): boolean => {
    if (!ts.isAwaitExpression(node)) return false;
    return isExit(node.expression) || /^Promise\.(?:all|allSettled)\(.*\.exited\b/s.test(node.expression.getText());
  };
  const others = productFiles.filter(({ path }) => !path.startsWith('builder/server/programs/'));
  expect(containing('exited', others).flatMap((file) => placesOf(file, isWait))).toEqual([]);
});

test('streams are connected by pipeline or runConnected, which end all streams when one fails', () => {
  const isPipe = (node: ts.Node) =>
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === 'pipe' &&
    node.expression.expression.getText() !== 'z';
  const others = allFiles.filter(({ path }) => !pipers.has(path));
  const found = containing('.pipe', others).flatMap((file) => placesOf(file, isPipe));
  expect(found).toEqual([]);
});

/** Test files that start a program with variables of their own choice, and why. All others add theirs to `process.env`. */
const environments = new Map([
  ['test/scripts/loopback-proxy.test.ts', 'its variables are those of a machine behind a proxy'],
  ['test/scripts/testing/environment.extended.test.ts', 'its variables are those of another machine'],
]);

test("tests start programs in the tests' environment (scripts/testing/environment.ts), which is the same on every machine", () => {
  const starting = containing(/\benv: \{|PATH: process\.env/, filesUnder('test'));
  const others = starting.filter(({ path }) => !environments.has(path));
  expect(others.flatMap((file) => placesOf(file, isOwnEnvironment))).toEqual([]);
});

/** Returns whether a node is an environment without the tests' variables: one in a call that starts a program, or one with their PATH. */
function isOwnEnvironment(node: ts.Node): boolean {
  if (!ts.isObjectLiteralExpression(node) || node.properties.some(ts.isSpreadAssignment)) return false;
  const isStart = (call: ts.Node) =>
    ts.isCallExpression(call) && /^(?:spawn|fork|exec)\w*$|\(execFile\)$/.test(call.expression.getText());
  const { parent } = node;
  const isGiven = ts.isPropertyAssignment(parent) && parent.name.getText() === 'env' && isStart(parent.parent.parent);
  return isGiven || node.properties.some((property) => /^PATH: process\.env\.PATH\b/.test(property.getText()));
}

/** Worker files that may handle streams directly, and why. All others use core/paced-bytes.ts, paced-lines.ts and paced-streams.ts. */
const streamers = new Map([
  ['src/core/paced-bytes.ts', 'it is how streams are read'],
  ['src/core/paced-streams.ts', 'it is how streams are made'],
  ['src/api/requests/paced-reader.ts', 'it measures how fast a body comes from its socket'],
  ['src/api/requests/forms-in-turn.ts', 'it writes what that reads'],
  ['src/api/requests/refused-body.ts', 'it drops a body in turns, after an answer that is complete'],
  ['src/registry/storage/turns.ts', 'outside of one machine, the runtime copies from one connection to the other'],
  [
    'src/builders/containers/container-run.ts',
    'in a process of its own, it passes a response on and learns when it ends',
  ],
]);
const streamClasses =
  /^(?:ReadableStream|TransformStream|IdentityTransformStream|FixedLengthStream|(?:De)?[Cc]ompressionStream|Text(?:De|En)coderStream)$/;
const streamMethods = new Set(['getReader', 'pipeThrough', 'pipeTo', 'tee']);
const streamNames = /\b\w*(?:body|stream|readable)\b/i;

/** Returns whether a node creates, connects or reads a stream, or loops over something named like one. */
function isStreamWork(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return streamClasses.test(node.expression.getText());
  if (ts.isPropertyAccessExpression(node))
    return streamMethods.has(node.name.text) || node.getText() === 'ReadableStream.from';
  if (ts.isForOfStatement(node) && node.awaitModifier) return isStreamName(node.expression);
  return ts.isYieldExpression(node) && node.asteriskToken !== undefined && isStreamName(node.expression);
}

/** Matches `body` and `response.body ?? []`, but not `readPieces(body)`. */
function isStreamName(node: ts.Expression | undefined): boolean {
  if (!node || ts.isCallExpression(node)) return false;
  if (ts.isConditionalExpression(node)) return isStreamName(node.whenTrue) || isStreamName(node.whenFalse);
  if (ts.isBinaryExpression(node)) return isStreamName(node.left) || isStreamName(node.right);
  return streamNames.test(node.getText());
}

test('loops over streams in the Worker yield regularly, through core/paced-bytes.ts, paced-lines.ts and paced-streams.ts', () => {
  const others = files.filter(({ path }) => workerFiles.has(path) && !streamers.has(path));
  const hints = /Stream|getReader|pipeThrough|pipeTo|\.tee\b|for await|yield\*/;
  expect(containing(hints, others).flatMap((file) => placesOf(file, isStreamWork))).toEqual([]);
});

test("every stream of events comes from one module, which ends it with the caller's right; responses of calls have their own", () => {
  const own = ['src/api/responses/call-stream.ts', 'src/api/responses/event-stream.ts'];
  const streaming = files.filter(({ path, text }) => workerFiles.has(path) && text.includes("'text/event-stream'"));
  expect(streaming.map(({ path }) => path)).toEqual(own);
});

test("tests wait as long as a busy machine needs, with test/support/waiting.ts instead of vi.waitFor's one second", () => {
  const isShort = (node: ts.Node) =>
    ts.isPropertyAccessExpression(node) && /^vi\.wait(?:For|Until)$/.test(node.getText());
  const others = allFiles.filter(({ path }) => path !== 'test/support/waiting.ts');
  expect(containing('vi.wait', others).flatMap((file) => placesOf(file, isShort))).toEqual([]);
});

test('patterns in SQL are constant, because D1 refuses those of more than 50 bytes', () => {
  const variable = files.filter(({ text }) => /sql`[^`]*\b(?:glob|like) (?!')/i.test(text));
  expect(variable.map(({ path }) => path)).toEqual([]);
});

/** Files that may round numbers to digits, and why. All others use core/quantities.ts. */
const rounders = new Map([
  ['src/core/quantities.ts', 'it is how amounts are shown'],
  ['src/answers/compare-numbers.ts', 'a direction that changed must not read as the same one'],
  ['src/manifest/fields/features.ts', "it writes Python's literals"],
  ['src/console/parts/charts/chart.tsx', 'these are coordinates'],
  ['src/console/parts/charts/sparkline.tsx', 'these are coordinates'],
  ['builder/server/python/python-command.ts', 'it sets a variable'],
  ['scripts/breakouts/attack-table.ts', 'its columns have one unit'],
  ['scripts/breakouts/disk.ts', 'its columns have one unit'],
  ['scripts/breakouts/floods.ts', 'its columns have one unit'],
]);
const unit = /^ ?(?:%|(?:ms|s|min|h|bytes|[KMGT]i?B|seconds?|minutes?|hours?)\b)/;

/** Returns whether a text shows the result of this calculation, rather than a value or what a function returns. */
function calculates(expression: ts.Expression | undefined): boolean {
  if (!expression) return false;
  if (ts.isParenthesizedExpression(expression)) return calculates(expression.expression);
  if (ts.isBinaryExpression(expression)) return expression.operatorToken.kind === ts.SyntaxKind.SlashToken;
  return ts.isCallExpression(expression) && /^Math\.|\.toLocaleString$/.test(expression.expression.getText());
}

test('durations, sizes and shares are shown by core/quantities.ts, which rounds them', () => {
  const isRounding = (node: ts.Node) =>
    ts.isPropertyAccessExpression(node) && /^to(?:Fixed|Precision)$/.test(node.name.text);
  const isShown = (node: ts.Node) => {
    if (ts.isTemplateSpan(node)) return unit.test(node.literal.text) && calculates(node.expression);
    if (!ts.isJsxExpression(node) || !ts.isJsxElement(node.parent)) return false;
    const next = node.parent.children[node.parent.children.indexOf(node) + 1];
    return next !== undefined && ts.isJsxText(next) && unit.test(next.text) && calculates(node.expression);
  };
  const hints = /\.to(?:Fixed|Precision|LocaleString)\b|\bMath\.| \/ /;
  const shown = containing(hints, [...files, ...filesUnder('scripts')]).filter(({ path }) => !rounders.has(path));
  expect(shown.flatMap((file) => placesOf(file, (node) => isRounding(node) || isShown(node)))).toEqual([]);
});
