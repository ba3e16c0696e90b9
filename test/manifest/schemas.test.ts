import { describe, expect, test } from 'vitest';
import { manifestWith, read } from './plugin.ts';

// Every expected schema is Pydantic 2.13's output for the same class.

async function outputSchema(source: string) {
  const { manifest, problems, warnings } = await read(manifestWith(`${source}\noutput_schema = Out\n`));
  expect([problems, warnings]).toEqual([[], []]);
  return manifest?.output_schema;
}

function classOf(field: string): string {
  return `class Out(BaseModel):\n    x: ${field}`;
}

describe("a field's type", () => {
  test.each([
    ['str', { title: 'X', type: 'string' }],
    ['int', { title: 'X', type: 'integer' }],
    ['float', { title: 'X', type: 'number' }],
    ['bool', { title: 'X', type: 'boolean' }],
    ['Any', { title: 'X' }],
    ['list', { title: 'X', type: 'array', items: {} }],
    ['List[int]', { title: 'X', type: 'array', items: { type: 'integer' } }],
    ['typing.List[List[float]]', { title: 'X', type: 'array', items: { type: 'array', items: { type: 'number' } } }],
    ['dict', { title: 'X', type: 'object', additionalProperties: true }],
    ['Dict[str, Any]', { title: 'X', type: 'object', additionalProperties: true }],
    ['dict[str, int]', { title: 'X', type: 'object', additionalProperties: { type: 'integer' } }],
    ['Optional[int]', { title: 'X', anyOf: [{ type: 'integer' }, { type: 'null' }] }],
    ['int | None', { title: 'X', anyOf: [{ type: 'integer' }, { type: 'null' }] }],
    ['None | int | str', { title: 'X', anyOf: [{ type: 'integer' }, { type: 'string' }, { type: 'null' }] }],
    ['Union[int, str]', { title: 'X', anyOf: [{ type: 'integer' }, { type: 'string' }] }],
    ['Union[Optional[int], str]', { title: 'X', anyOf: [{ type: 'integer' }, { type: 'string' }, { type: 'null' }] }],
    ['Union[str, str]', { title: 'X', type: 'string' }],
    ['Literal["a", "b"]', { title: 'X', type: 'string', enum: ['a', 'b'] }],
    ['Literal["a"]', { title: 'X', type: 'string', const: 'a' }],
    ['Literal["a", 1, None]', { title: 'X', enum: ['a', 1, null] }],
    ['Literal[True]', { title: 'X', type: 'boolean', const: true }],
  ])("a field's type becomes its schema: %s", async (type, schema) => {
    expect(await outputSchema(classOf(type))).toEqual({
      title: 'Out',
      type: 'object',
      properties: { x: schema },
      required: ['x'],
    });
  });
});

describe('default and Field(…)', () => {
  test.each([
    ['int = 3', { title: 'X', type: 'integer', default: 3 }],
    ['list = []', { title: 'X', type: 'array', items: {}, default: [] }],
    ['Optional[str] = None', { title: 'X', anyOf: [{ type: 'string' }, { type: 'null' }], default: null }],
    ['int = LIMIT', { title: 'X', type: 'integer', default: 9 }],
    ['int = make()', { title: 'X', type: 'integer' }],
    ['list = Field(default_factory=list)', { title: 'X', type: 'array', items: {} }],
    [
      'int = Field(1, ge=1, lt=LIMIT, description="how " "many")',
      { title: 'X', type: 'integer', default: 1, minimum: 1, exclusiveMaximum: 9, description: 'how many' },
    ],
    [
      'float = Field(default=0.5, gt=0, le=1)',
      { title: 'X', type: 'number', default: 0.5, exclusiveMinimum: 0, maximum: 1 },
    ],
    [
      'str = Field("x", min_length=1, max_length=3, pattern="^x")',
      { title: 'X', type: 'string', default: 'x', minLength: 1, maxLength: 3, pattern: '^x' },
    ],
    [
      'List[int] = Field([], max_length=3)',
      { title: 'X', type: 'array', items: { type: 'integer' }, default: [], maxItems: 3 },
    ],
    [
      'dict = Field({}, min_length=1)',
      { title: 'X', type: 'object', additionalProperties: true, default: {}, minProperties: 1 },
    ],
    [
      'Optional[int] = pydantic.Field(None, ge=1)',
      { title: 'X', anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }], default: null },
    ],
    ['int = Field(1, title="Foo", examples=[1, 2])', { title: 'Foo', type: 'integer', default: 1, examples: [1, 2] }],
  ])("a field's default and Field(…) become its schema: %s", async (field, schema) => {
    expect(await outputSchema(`LIMIT = 9\n${classOf(field)}`)).toEqual({
      title: 'Out',
      type: 'object',
      properties: { x: schema },
    });
  });

  test.each(['...', 'Field(...)', 'Field(..., description="d")', 'Field(default=...)', 'Field(ge=1)'])(
    'a field is required: int = %s',
    async (right) => {
      expect((await outputSchema(classOf(`int = ${right}`)))?.required).toEqual(['x']);
    },
  );
});

describe('classes', () => {
  test("a class's schema has its docstring, titles and only its own fields", async () => {
    const source = `class Out(pydantic.BaseModel):
    """The result.

        Indented.
    Not indented.
    """

    KIND: ClassVar[str] = "x"
    _hidden: int = 1
    model_config = {"extra": "ignore"}
    avg_word_length: float  # in letters
    imageURL: str

    def method(self): ...
`;
    expect(await outputSchema(source)).toEqual({
      title: 'Out',
      description: 'The result.\n\n    Indented.\nNot indented.',
      type: 'object',
      properties: {
        avg_word_length: { title: 'Avg Word Length', type: 'number' },
        imageURL: { title: 'Imageurl', type: 'string' },
      },
      required: ['avg_word_length', 'imageURL'],
    });
  });

  test('base class fields come first, and are overridden in place', async () => {
    const source = 'class A(BaseModel):\n    a: str\n    b: int = 1\nclass Out(A):\n    c: bool\n    a: int\n';
    const schema = await outputSchema(source);
    expect(schema).toEqual({
      title: 'Out',
      type: 'object',
      properties: {
        a: { title: 'A', type: 'integer' },
        b: { title: 'B', type: 'integer', default: 1 },
        c: { title: 'C', type: 'boolean' },
      },
      required: ['a', 'c'],
    });
    expect(Object.keys(schema?.properties ?? {})).toEqual(['a', 'b', 'c']);
  });

  test('a model in a field becomes a reference', async () => {
    const source =
      'class Part(BaseModel):\n    n: int\nclass Out(BaseModel):\n    one: Part\n    all: List[Part] = []\n    some: Optional[Part] = None\n';
    expect(await outputSchema(source)).toEqual({
      $defs: {
        Part: {
          title: 'Part',
          type: 'object',
          properties: { n: { title: 'N', type: 'integer' } },
          required: ['n'],
        },
      },
      title: 'Out',
      type: 'object',
      properties: {
        one: { $ref: '#/$defs/Part' },
        all: { title: 'All', type: 'array', items: { $ref: '#/$defs/Part' }, default: [] },
        some: { anyOf: [{ $ref: '#/$defs/Part' }, { type: 'null' }], default: null },
      },
      required: ['one'],
    });
  });
});

test('a dict is used as the schema unchanged', async () => {
  const { manifest } = await read(manifestWith('input_schema = {"text": {"type": "string", "minLength": 1}}'));
  expect(manifest?.input_schema).toEqual({ text: { type: 'string', minLength: 1 } });
});
