// Tests what a class's schema leaves open, and the warning that says so: each about one field, or about one class.
import { expect, test } from 'vitest';
import { manifestWith, messages, places, read } from './plugin.ts';

/** Reads both schemas of the class `Out`. */
async function schemasOf(source: string) {
  const { manifest, problems, warnings } = await read(manifestWith(`${source}\noutput_schema = Out\n`));
  const inputs = await read(manifestWith(`${source}\ninput_schema = Out\n`));
  expect([problems, inputs.problems]).toEqual([[], []]);
  return {
    read: { schema: inputs.manifest?.input_schema, warnings: inputs.warnings },
    written: { schema: manifest?.output_schema, warnings },
  };
}

function classOf(field: string): string {
  return `class Out(BaseModel):\n    x: ${field}\n    y: int`;
}

const unknown = (type: string) => `the type ${type} isn't one that Slipway knows or that manifest.py defines`;

test.each([
  ['a type of another file', `from shapes import Shape\n${classOf('Shape')}`, unknown('Shape'), 5],
  ["another library's type with a known name", `from fastapi import Path\n${classOf('Path')}`, unknown('Path'), 5],
  ["pydantic 1's type", `from pydantic.v1 import UUID4\n${classOf('UUID4')}`, unknown('UUID4'), 5],
  ['a name that nothing defines', classOf('constructor'), unknown('constructor'), 4],
  ['a forward reference to nothing', classOf('"Later"'), unknown('Later'), 4],
  ['a string that is no type', classOf('"a b"'), unknown('"a b"'), 4],
  ['a function', classOf('Callable[[int], str]'), unknown('Callable'), 4],
  ['a computed type', classOf('types[0].inner'), unknown('types[0].inner'), 4],
  ['a type under a condition', `if a:\n    T = int\n${classOf('T')}`, unknown('T'), 6],
  [
    'a class that is no model',
    `class Own:\n    a: int\n${classOf('Own')}`,
    'the class Own is no model, dataclass, TypedDict, NamedTuple or Enum',
    6,
  ],
  ['an alias of itself', `T = "list[T]"\nT2 = Union[int, T2]\n${classOf('T2')}`, 'its type refers to itself', 6],
])('only the field allows any value: %s', async (_, source, why, line) => {
  const { written } = await schemasOf(source);
  expect(written.schema).toMatchObject({ properties: { x: { title: 'X' }, y: { type: 'integer' } } });
  expect(places(written.warnings)).toEqual([`SLM409 manifest.py:${line}:5 Out.x`]);
  expect(messages(written.warnings)).toEqual([`output_schema: Out.x allows any value: ${why}.`]);
});

test('what Field says of an unknown type stays, and so do the types around it', async () => {
  const { read: reading } = await schemasOf(classOf('list[Shape] = Field([], description="all", max_length=3)'));
  expect(reading.schema?.properties).toEqual({
    x: { title: 'X', type: 'array', items: {}, maxItems: 3, description: 'all', default: [] },
    y: { title: 'Y', type: 'integer' },
  });
});

const before = (decorator: string, body = 'x: int\n    y: int') =>
  `class Out(BaseModel):\n    ${body}\n\n    ${decorator}\n    def change(cls, value): return value\n`;

test.each([
  ['a field_validator', before('@field_validator("x", mode="before")')],
  ['a plain field_validator', before('@field_validator("x", mode="plain")')],
  ["pydantic 1's validator", before('@validator("x", pre=True)')],
  ['BeforeValidator', classOf('Annotated[int, BeforeValidator(int)]')],
  ['PlainValidator', classOf('Annotated[int, PlainValidator(int)]')],
])('a value that a function changes before the check can be anything, when read: %s', async (_, source) => {
  const { read: reading, written } = await schemasOf(source);
  expect(reading.schema?.properties).toEqual({ x: { title: 'X' }, y: { title: 'Y', type: 'integer' } });
  expect(messages(reading.warnings)).toEqual([
    'input_schema: Out.x allows any value: a validator changes it before it is checked.',
  ]);
  expect([written.schema?.properties, written.warnings]).toEqual([
    { x: { title: 'X', type: 'integer' }, y: { title: 'Y', type: 'integer' } },
    [],
  ]);
});

test('a validator that gets the whole input leaves all fields open, when read', async () => {
  const { read: reading, written } = await schemasOf(before('@model_validator(mode="before")'));
  expect(reading.schema).toEqual({
    title: 'Out',
    type: 'object',
    properties: { x: { title: 'X' }, y: { title: 'Y' } },
  });
  expect(places(reading.warnings)).toEqual(['SLM409 manifest.py:8:9 Out']);
  expect([written.schema?.required, written.warnings]).toEqual([['x', 'y'], []]);
});

test.each([
  ['a field_serializer', before('@field_serializer("x")')],
  ['PlainSerializer', classOf('Annotated[int, PlainSerializer(str)]')],
])('a value that a function without a type writes can be anything, when written: %s', async (_, source) => {
  const { read: reading, written } = await schemasOf(source);
  expect(written.schema?.properties).toEqual({ x: { title: 'X' }, y: { title: 'Y', type: 'integer' } });
  expect(messages(written.warnings)).toEqual([
    'output_schema: Out.x allows any value: the function that writes it names no type that it returns.',
  ]);
  expect(reading.warnings).toEqual([]);
});

test.each([
  ['a field', classOf('int = Field(alias=NAME)'), 'Out.x'],
  ['a path', classOf('int = Field(validation_alias=AliasPath("a", 0))'), 'Out.x'],
])('a field whose name is unknown is left out, and other names are allowed: %s', async (_, source, name) => {
  const { read: reading } = await schemasOf(source.replace('BaseModel', 'BaseModel, extra="forbid"'));
  expect(reading.schema).toEqual({
    title: 'Out',
    type: 'object',
    properties: { y: { title: 'Y', type: 'integer' } },
    required: ['y'],
  });
  expect(messages(reading.warnings)).toEqual([
    `input_schema: ${name} is left out: the name that callers use isn't a literal.`,
  ]);
});

test("fields of a base class in another file are allowed, and the class's own can be left out", async () => {
  const source = 'from bases import Base\nclass Out(Base, extra="forbid"):\n    x: int\n';
  const { read: reading } = await schemasOf(source);
  expect(reading.schema).toEqual({ title: 'Out', type: 'object', properties: { x: { title: 'X', type: 'integer' } } });
  expect(messages(reading.warnings)).toEqual([
    "input_schema: Out can have other fields, which the schema allows: its base class Base isn't in manifest.py.",
  ]);
});

test.each([
  ['not a model', 'class Out:\n    x: int', "Out is no Pydantic model, so the schema has only the class's name"],
  [
    'a dataclass',
    '@dataclass\nclass Out:\n    x: int',
    "Out is no Pydantic model, so the schema has only the class's name",
  ],
  [
    'an imported class',
    'from schemas_elsewhere import Out',
    "Out is not a class of manifest.py, so the schema has only the class's name",
  ],
  [
    'a class under a condition',
    'if a:\n    class Out(BaseModel):\n        x: int',
    "Out is not a class of manifest.py, so the schema has only the class's name",
  ],
])('a class that can not be read gets only a title: %s', async (_, source, text) => {
  const { written } = await schemasOf(source);
  expect([written.schema, messages(written.warnings)]).toEqual([{ title: 'Out' }, [`output_schema: ${text}.`]]);
});

test('a class with more than 200 fields keeps the first 200, and allows the others', async () => {
  const fields = Array.from({ length: 201 }, (_, at) => `    f${at}: int\n`).join('');
  const { read: reading } = await schemasOf(`class Out(BaseModel, extra="forbid"):\n${fields}`);
  expect(Object.keys(reading.schema?.properties ?? {})).toHaveLength(200);
  expect([reading.schema?.required, reading.schema?.additionalProperties]).toEqual([undefined, undefined]);
  expect(messages(reading.warnings)).toEqual([
    'input_schema: Out can have other fields, which the schema allows: it has more than 200 fields.',
  ]);
});

test('a schema has at most 100 other classes: fields of more allow any value', async () => {
  const classes = Array.from({ length: 101 }, (_, at) => `class C${at}(BaseModel):\n    a: int\n`).join('');
  const fields = Array.from({ length: 101 }, (_, at) => `    f${at}: C${at}\n`).join('');
  const { read: reading } = await schemasOf(`${classes}class Out(BaseModel):\n${fields}`);
  expect(Object.keys(reading.schema?.$defs ?? {})).toHaveLength(100);
  expect(messages(reading.warnings)).toEqual([
    'input_schema: Out.f100 allows any value: the schema refers to more than 100 classes.',
  ]);
});

test('a schema that is too large becomes a title', async () => {
  const fields = Array.from({ length: 150 }, (_, at) => `    f${at}: int = Field(description="${'x'.repeat(500)}")\n`);
  const { written } = await schemasOf(`class Out(BaseModel):\n${fields.join('')}`);
  expect(written.schema).toEqual({ title: 'Out' });
  expect(messages(written.warnings)).toEqual([
    'output_schema: Out has only a title in the schema, which would otherwise exceed 65536 characters.',
  ]);
});
