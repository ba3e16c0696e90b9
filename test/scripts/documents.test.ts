// Tests the documents as the site shows them: code blocks, commands in the text, and the generated pages.
import { readFileSync } from 'node:fs';
import { describe, expect, inject, test } from 'vitest';
import { blockFaults, type CodeBlock, findCodeBlocks, mentionFaults } from '../../scripts/site/code-blocks.ts';
import { readDocuments } from '../../scripts/site/documents.ts';
import { buildSidebar, mapPages } from '../../scripts/site/pages.ts';
import { shellFaults, simpleCommands } from '../../scripts/site/shell.ts';
import { citationProblems } from '../../scripts/testing/citations.ts';
import { projectFiles } from '../../scripts/testing/project-files.ts';
import { documentsWithCommands } from '../documented-commands.ts';

const texts = await readDocuments();
const others = (await documentsWithCommands()).filter((path) => !path.startsWith('src/cli/init/templates/'));
const checked = new Map([...texts, ...others.map((path) => [path, readFileSync(path, 'utf8')] as const)]);

test("each code block is parsed by its language's parser, or marked as text", () => {
  const blocks = [...checked].flatMap(([path, text]) => findCodeBlocks(path, text));
  expect(blockFaults(blocks, inject('python'))).toEqual([]);
  expect(blocks.filter(({ language }) => language !== 'text').length).toBeGreaterThan(70);
});

test('commands in documents exist and have the options shown', () => {
  expect([...checked].flatMap(([path, text]) => mentionFaults(path, text))).toEqual([]);
});

test('every document is a page in exactly one sidebar section', () => {
  const links = buildSidebar(texts).flatMap(({ items = [] }) => items.map(({ link }) => link));
  expect([links.length, new Set(links).size]).toEqual([texts.size, texts.size]);
  expect(mapPages(texts).size).toBe(texts.size);
  expect(() => buildSidebar(new Map([['docs/missing', '# Other']]))).toThrow('Add docs/missing to a section');
});

describe('a code block', () => {
  const faultsOf = (language: string, code: string) => {
    const block: CodeBlock = { document: 'a.md', line: 3, language, code };
    return blockFaults([block], inject('python')).map((fault) => fault.split('\n')[0]);
  };

  test.each([
    ['json', '{"a": }', 'JSON'],
    ['jsonl', '{}\n{', 'JSON'],
    ['yaml', 'a: [', 'Flow sequence'],
    ['python', 'def f(:', 'invalid syntax'],
    ['toml', 'a =', 'Invalid value'],
    ['ts', 'const a = ;', 'Expression expected'],
    ['sql', 'select absent from events', 'no such column'],
    ['sh', 'echo "', 'ntermin'],
    ['sh', 'slipway publsh my_plugin', 'there is no command publsh'],
    ['rust', 'fn main() {}', 'a block has no language, or one that no check covers'],
    ['', 'slipway list', 'a block has no language, or one that no check covers'],
  ])('an error in a %s block is reported with its document and line', (language, code, message) => {
    expect(faultsOf(language, code)).toEqual([expect.stringMatching(`^a.md:3: .*${message}`)]);
  });

  test('a text block is not checked, and an indented block ends at its fence', () => {
    expect(faultsOf('text', 'slipway publsh {')).toEqual([]);
    const text = 'One:\n\n- a\n\n  ```json\n  {"a":\n    1}\n  ```\n\n```text\nx\n```\n';
    expect(findCodeBlocks('a.md', text)).toEqual([
      { document: 'a.md', line: 5, language: 'json', code: '{"a":\n  1}\n' },
      { document: 'a.md', line: 10, language: 'text', code: 'x\n' },
    ]);
  });
});

describe('a shell script', () => {
  test('a script is split into commands and words, without quotes, comments or redirections', () => {
    const code = `A=1 slipway list --limit 5 > out.json # all
KEY="$(slipway keys create ci --scopes 'publish')" && echo "$KEY" | jq -r .key
for i in 1 2; do slipway show \\
  "a b"; done`;
    expect(simpleCommands(code)).toEqual([
      ['A=1', 'slipway', 'list', '--limit', '5'],
      ['slipway', 'keys', 'create', 'ci', '--scopes', 'publish'],
      ["KEY=$(slipway keys create ci --scopes 'publish')"],
      ['echo', '$KEY'],
      ['jq', '-r', '.key'],
      ['for', 'i', 'in', '1', '2'],
      ['slipway', 'show', 'a b'],
    ]);
  });

  test.each([
    ['slipway --json list -n ns_1', undefined],
    ['slipway webhooks recover …', undefined],
    ['slipway lint --format sarif .', undefined],
    ['slipway lint --format xml .', "--format can't be xml"],
    ['slipway lint --fromat=sarif .', 'there is no option --fromat'],
    ['slipway keys crate ci', 'there is no command crate'],
    ['slipway diff', 'the argument plugin is missing'],
    ['slipway whoami me', 'me is one argument too many'],
    ['slipway publish --message', '--message needs a value'],
    ['npm run -s slipway -- keys crate', 'there is no command crate'],
    ['npm run absent', 'there is no script absent'],
    ['node scripts/absent.ts', 'there is no scripts/absent.ts'],
  ])('%s has this error: %s', (command, fault) => {
    expect(shellFaults(command)).toEqual(fault === undefined ? [] : [expect.stringContaining(fault)]);
  });
});

describe('links', () => {
  test('links between documents point to pages, and links to other files become text', () => {
    const documents = new Map([
      ['README.md', '[a](docs/security.md#one) [own](#x) [other](https://example.com) [License](LICENSE)'],
      ['docs/security.md', '# One\n\n```md\n[x](../README.md)\n```\n[`x` [1]](../README.md) [d](decisions/README.md)'],
      ['docs/decisions/README.md', '[up](../security.md)'],
    ]);
    expect(Object.fromEntries(mapPages(documents))).toEqual({
      'index.md': '[a](./security.md#one) [own](#x) [other](https://example.com) License',
      'security.md': '# One\n\n```md\n[x](../README.md)\n```\n[`x` [1]](./index.md) [d](./decisions/index.md)',
      'decisions/index.md': '---\nsearch: false\n---\n\n[up](./../security.md)',
    });
  });

  test('a document that mentions everything, such as the changelog, is not a search result', () => {
    const pages = mapPages(
      new Map([
        ['CHANGELOG.md', '# Changelog'],
        ['README.md', '# Slipway'],
      ]),
    );
    expect([pages.get('changelog.md'), pages.get('index.md')]).toEqual([
      '---\nsearch: false\n---\n\n# Changelog',
      '# Slipway',
    ]);
  });

  test('links between documents and generated pages lead to existing files and headings', async () => {
    const others = await projectFiles([
      'docs',
      'examples',
      'integrations',
      'migrations',
      'ops',
      'scripts',
      'src',
      'test',
      'builder',
      'bench',
    ]);
    expect(citationProblems(new Map([...others.map((path) => [path, ''] as const), ...texts]))).toEqual([]);
  });
});
