// Rows of the doubling test: schemas and answers of tools.
import { toolLimits } from '../../../../src/contract/features/mcp/limits.ts';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { apiLimits } from '../../../../src/contract/limits/requests.ts';
import { nestsDeeper } from '../../../../src/core/json/depth.ts';
import { JsonText } from '../../../../src/core/json/text.ts';
import { ExactTexts } from '../../../../src/features/mcp/exact-texts.ts';
import { withoutHidden } from '../../../../src/features/mcp/hidden-characters.ts';
import { changesForEvent, contentChanges, noContent } from '../../../../src/features/mcp/sets/content.ts';
import { answerResult, failedResult } from '../../../../src/features/mcp/tools/answers.ts';
import { mediaMembers } from '../../../../src/features/mcp/tools/media.ts';
import { answerSchema, inputsSchema, withParameters } from '../../../../src/features/mcp/tools/schemas.ts';
import { pluginOfTool } from '../../../../src/features/mcp/tools/tools.ts';
import { numbered, type Rows } from '../../../doubling/row.ts';

const parsed = (text: string): JsonObject => JSON.parse(text);
const members = (chars: number, schema: string) =>
  `{"type":"object","properties":{${numbered(chars, (at) => `"a${at}":${schema}`, ',')}}}`;

const media = { contentEncoding: 'base64', contentMediaType: 'image/png' };
const withOutput = {
  features: [],
  output_schema: { type: 'object', properties: { a: media }, required: ['a'] },
};

export const rows: Rows = {
  "a schema becomes a tool's": {
    // No body of the API nests deeper. `JSON.stringify` compares each level with all others.
    run: (text) => {
      if (nestsDeeper(new TextEncoder().encode(text), apiLimits.jsonLevels)) return [];
      const schema = parsed(text);
      const whole = withParameters(inputsSchema(schema), { inputs: schema, parameters: schema });
      return [whole, answerSchema(schema), mediaMembers(schema)];
    },
    charsMax: toolLimits.schemaChars,
    shapes: {
      references: (chars) => members(chars, '{"$ref":"#x"}'),
      'references to the whole': (chars) => members(chars, '{"$ref":"#"}'),
      properties: (chars) => members(chars, '{"type":"string"}'),
      'wrong patterns': (chars) => members(chars, '{"pattern":"("}'),
      'older keywords': (chars) => members(chars, '{"minimum":1,"exclusiveMinimum":true,"nullable":true}'),
      choices: (chars) =>
        `{"anyOf":[${numbered(chars, (at) => `{"properties":{"a${at}":{"enum":[1]}},"required":["a${at}"]}`, ',')}]}`,
      'all of many': (chars) =>
        `{"allOf":[${numbered(chars, (at) => `{"properties":{"a${at}":{}},"anyOf":[{"required":["b"]}]}`, ',')}]}`,
      'references in pairs': (chars) =>
        `{"$ref":"#/$defs/a0","$defs":{${numbered(chars, (at) => `"a${at}":{"properties":{"x":{"$ref":"#/$defs/a${at + 1}"},"y":{"$ref":"#/$defs/a${at + 1}"}}}`, ',')}}}`,
      'nested schemas': (chars) => `${'{"items":'.repeat(chars / 10)}{}${'}'.repeat(chars / 10)}`,
    },
  },
  "an answer becomes a tool's": {
    run: async (text) => {
      const texts = new ExactTexts();
      const result = await answerResult(texts, new JsonText(text), withOutput);
      return texts.restore(Response.json(result));
    },
    charsMax: toolLimits.answerBytes,
    places: { whole: (text) => text, text: (text) => JSON.stringify(text) },
  },
  'hidden characters are left out of a text': {
    run: (text) => withoutHidden(text),
    charsMax: 256 * 1024,
    shapes: {
      'joined emoji': (chars) => '\u{1f468}\u200d'.repeat(chars / 3),
      'marks of another direction': (chars) => '\u200f'.repeat(chars),
      tags: (chars) => '\u{e0041}'.repeat(chars / 2),
    },
  },
  'a set of tools is compared with another': {
    run: (text) => {
      const tool = { kind: 'extractor', version: null, title: null, parameters: null } as const;
      const tools = text
        .split('\n')
        .map((line, at) => ({ ...tool, name: `${at}${line}`, plugin: line, description: text }));
      const content = { description: text, requiresApproval: false, tools: tools.slice(0, toolLimits.perSet) };
      return changesForEvent(contentChanges(noContent, content));
    },
    charsMax: toolLimits.setBytes,
  },
  "a tool's name is read": { run: (text) => [pluginOfTool(text), failedResult(text)], charsMax: 64 * 1024 },
};
