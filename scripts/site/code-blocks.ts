// Finds code blocks in documents, and checks each one with its language's parser. Blocks that aren't code are marked `text`.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { shellFaults } from './shell.ts';

export interface CodeBlock {
  document: string;
  line: number;
  language: string;
  code: string;
}

const fence = /^( *)```([^\n]*)\n([\s\S]*?)^ *```$/gm;

export function findCodeBlocks(document: string, text: string): CodeBlock[] {
  return [...text.matchAll(fence)].map(({ index, 1: indent = '', 2: language = '', 3: code = '' }) => ({
    document,
    line: text.slice(0, index).split('\n').length,
    language,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** Finds code in a document's text. */
export function findCodeSpans(document: string, text: string): Pick<CodeBlock, 'document' | 'line' | 'code'>[] {
  const prose = text.replaceAll(fence, (block) => block.replaceAll(/[^\n]/g, ''));
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(({ index, 1: code = '' }) => ({
    document,
    line: prose.slice(0, index).split('\n').length,
    code,
  }));
}

/** Matches faults that are acceptable in prose: a sentence about `slipway diff` need not name a plugin. */
const leftOut = /is missing$|needs a value$|there is no command [$A-Z]/;

/** Checks that the commands and options mentioned in a document's text exist. */
export function mentionFaults(document: string, text: string): string[] {
  const mentions = findCodeSpans(document, text).filter(({ code }) => /^(?:slipway|npm run|node) /.test(code));
  const faults = mentions.flatMap(({ code }) => shellFaults(code));
  return faults.filter((fault) => !leftOut.test(fault)).map((fault) => `${document}: ${fault}`);
}

type Check = (code: string) => string[];

const checks: Readonly<Record<string, Check>> = {
  json: (code) => faultOf(() => JSON.parse(code)),
  jsonl: (code) =>
    code
      .trim()
      .split('\n')
      .flatMap((line) => faultOf(() => JSON.parse(line))),
  sh: (code) => [...syntaxFaults(code), ...shellFaults(code)],
  sql: (code) => faultOf(() => prepareStatements(code)),
  text: () => [],
  ts: typescriptFaults,
  yaml: (code) => parseAllDocuments(code).flatMap(({ errors }) => errors.map(({ message }) => message)),
};

/** Languages that Python's own library parses. One process checks all their blocks. */
const pythonParsers: Readonly<Record<string, string>> = { python: 'ast.parse', toml: 'tomllib.loads' };

/** Returns one line per fault. `python` is the path of a Python 3.11 interpreter. */
export function blockFaults(blocks: readonly CodeBlock[], python: string): string[] {
  const own = blocks.filter(({ language }) => !(language in pythonParsers));
  return [
    ...own.flatMap((block) => (checks[block.language] ?? unknownLanguage)(block.code).map((fault) => at(block, fault))),
    ...pythonFaults(
      blocks.filter(({ language }) => language in pythonParsers),
      python,
    ),
  ];
}

const at = ({ document, line }: CodeBlock, fault: string) => `${document}:${line}: ${fault}`;

const unknownLanguage: Check = () => [
  `a block has no language, or one that no check covers. Write one of ${[...Object.keys(checks), ...Object.keys(pythonParsers)].join(', ')}.`,
];

function faultOf(parse: () => void): string[] {
  try {
    parse();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function syntaxFaults(code: string): string[] {
  const { status, stderr } = spawnSync('sh', ['-n'], { input: code, encoding: 'utf8' });
  return status === 0 ? [] : [stderr.trim()];
}

function typescriptFaults(code: string): string[] {
  const options = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext };
  const { diagnostics = [] } = ts.transpileModule(code, { compilerOptions: options, reportDiagnostics: true });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

/** Prepares each statement against the migrations' tables. */
function prepareStatements(code: string): void {
  const database = new DatabaseSync(':memory:');
  try {
    for (const name of readdirSync('migrations')
      .filter((file) => file.endsWith('.sql'))
      .sort())
      database.exec(readFileSync(`migrations/${name}`, 'utf8'));
    for (const statement of code.split(';').filter((text) => text.trim() !== '')) database.prepare(statement);
  } finally {
    database.close();
  }
}

const parseAll = `
import ast, json, sys, tomllib
for parser, code in json.load(sys.stdin):
    try:
        {"ast.parse": ast.parse, "tomllib.loads": tomllib.loads}[parser](code)
        print("null")
    except (SyntaxError, ValueError) as error:
        print(json.dumps(str(error)))
`;

function pythonFaults(blocks: readonly CodeBlock[], python: string): string[] {
  if (blocks.length === 0) return [];
  const input = JSON.stringify(blocks.map(({ language, code }) => [pythonParsers[language], code]));
  const results = execFileSync(python, ['-c', parseAll], { input, encoding: 'utf8' }).trim().split('\n');
  return blocks.flatMap((block, index) => {
    const fault = z
      .string()
      .nullable()
      .parse(JSON.parse(results[index] ?? ''));
    return fault === null ? [] : [at(block, fault)];
  });
}
