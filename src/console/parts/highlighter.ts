// Splits source into colored pieces with Shiki's grammars. Loaded when the first file is shown.
import { createJavaScriptRegexEngine } from '@shikijs/engine-javascript';
import go from '@shikijs/langs/go';
import json from '@shikijs/langs/json';
import python from '@shikijs/langs/python';
import toml from '@shikijs/langs/toml';
import yaml from '@shikijs/langs/yaml';
import { codeToTokensBase, createShikiPrimitive } from '@shikijs/primitive';

/** A theme gives each scope a color. These colors stand for CSS classes, so the console's own colors apply without inline styles. */
const kinds = {
  '#000001': ['comment', ['comment', 'punctuation.definition.comment']],
  '#000002': ['string', ['string', 'punctuation.definition.string']],
  '#000003': ['number', ['constant.numeric', 'constant.language']],
  '#000004': ['keyword', ['keyword', 'storage']],
  '#000005': ['name', ['entity.name', 'support.function', 'support.type.property-name']],
} as const;

const theme = {
  name: 'console',
  type: 'light' as const,
  fg: '#000000',
  bg: '#ffffff',
  settings: Object.entries(kinds).map(([foreground, [, scope]]) => ({ scope: [...scope], settings: { foreground } })),
};

const primitive = createShikiPrimitive({
  themes: [theme],
  langs: [go, json, python, toml, yaml],
  engine: createJavaScriptRegexEngine({ forgiving: true }),
});

export interface Piece {
  text: string;
  /** A class in console.css, or none for plain text. */
  kind: string | undefined;
}

const classes = new Map<string, string>(Object.entries(kinds).map(([color, [kind]]) => [color, `code-${kind}`]));

/** Returns each line's pieces. `language` comes from `sourceLanguage`. */
export function highlight(code: string, language: string): Piece[][] {
  const lines = codeToTokensBase(primitive, code, { lang: language, theme: 'console', tokenizeTimeLimit: 100 });
  return lines.map((tokens) =>
    tokens.map(({ content, color }) => ({ text: content, kind: classes.get((color ?? '').toLowerCase()) })),
  );
}
