// Rows of reading a plugin's metadata: manifest.py, requirements files and locks.
import { requirementNotes } from '../../../../src/archive/rules/requirements.ts';
import { lockEntries, ownLockLines } from '../../../../src/contract/builder/packages.ts';
import { requirementFileBytesMax } from '../../../../src/contract/limits/archives.ts';
import { definitionBytesMax, dependencyLimits, manifestBytesMax } from '../../../../src/contract/limits/manifest.ts';
import { normalizedName, parseRequirement } from '../../../../src/contract/plugin/requirement.ts';
import { tagsSchema } from '../../../../src/contract/plugin/tags.ts';
import { readDependencies } from '../../../../src/manifest/dependencies/dependencies.ts';
import { manifestWith, pluginOf, read } from '../../../manifest/plugin.ts';
import { numbered, type Rows } from '../../row.ts';

export const rows: Rows = {
  'manifest.py is read': {
    run: (text) => read(manifestWith(text)),
    charsMax: manifestBytesMax,
    places: {
      code: (text) => text,
      name: (text) => `a${text} = 1\n`,
      description: (text) => `description = "${text}"\n`,
      'a list': (text) => `dependencies = [${text}]\ntags = [${text}]\n`,
      'a requirement': (text) => `dependencies = ["${text}"]\n`,
      'a dictionary': (text) => `metadata = {${text}}\n`,
      'a schema': (text) => `input_schema = {${text}}\n`,
      permissions: (text) => `permissions = {"network": [${text}]}\n`,
      'a docstring of a schema': (text) =>
        `class Inputs(BaseModel):\n    """${text}"""\n    a: int\ninput_schema = Inputs\n`,
      'a field of a schema': (text) => `class Inputs(BaseModel):\n    a: ${text}\ninput_schema = Inputs\n`,
      'a forward reference': (text) => `class Inputs(BaseModel):\n    a: "${text}"\ninput_schema = Inputs\n`,
      "a field's options": (text) => `class Inputs(BaseModel):\n    a: int = Field(${text})\ninput_schema = Inputs\n`,
      'an Enum': (text) =>
        `class E(Enum):\n    A = ${text}\nclass Inputs(BaseModel):\n    a: E\ninput_schema = Inputs\n`,
      'a configuration': (text) => `class Inputs(BaseModel):\n    model_config = {${text}}\ninput_schema = Inputs\n`,
      'a name of a type': (text) => `T = ${text}\nclass Inputs(BaseModel):\n    a: T\ninput_schema = Inputs\n`,
    },
    shapes: {
      'many assignments': (chars) => numbered(chars, (at) => `a${at} = ${at}\n`),
      'chained assignments': (chars) => numbered(chars, (at) => `a${at + 1} = a${at}\n`),
      'many classes': (chars) => numbered(chars, (at) => `class A${at + 1}(A${at}):\n    a${at}: int\n`),
      'many models, each of which refers to others': (chars) =>
        `${numbered(chars, (at) => `class A${at}(BaseModel):\n    b: A${at + 1}\n    c: list[A0]\n`)}input_schema = A0\noutput_schema = A0\n`,
      'generic models that grow': (chars) =>
        `${numbered(chars, (at) => `class A${at}(BaseModel, Generic[T]):\n    b: "A${at + 1}[tuple[T, T]]"\n`)}input_schema = A0\n`,
      'names of types, each of which doubles': (chars) =>
        `T0 = int\n${numbered(chars, (at) => `T${at + 1} = tuple[T${at}, T${at}]\n`)}class In(BaseModel):\n    a: T9\n    b: T15\ninput_schema = In\n`,
      'a long Enum that many fields name': (chars) =>
        `class E(Enum):\n${numbered(chars / 2, (at) => `    A${at} = auto()\n`)}class In(BaseModel):\n${numbered(chars / 2, (at) => `    a${at}: E = E.A${at}\n`)}input_schema = In\n`,
      'many validators, in classes that inherit them': (chars) =>
        `class A0(BaseModel):\n    a: int\n${numbered(chars, (at) => `class A${at + 1}(A${at}):\n    @field_validator("a${at}", mode="before")\n    def f(cls, v): return v\n    @field_serializer("b${at}")\n    def g(self, v): return v\n`)}input_schema = A0\n`,
      'classes in classes': (chars) =>
        `class In(BaseModel):\n${numbered(chars / 2, (at) => `    class B${at}(BaseModel):\n        a: int\n`)}${numbered(chars / 2, (at) => `    a${at}: B${at}\n`)}input_schema = In\n`,
      'many features': (chars) =>
        `features = [${numbered(chars, (at) => `{"feature_name": "f${at}", "embedding_dim": 3},`)}]\n`,
      'joined lists': (chars) => `dependencies = ${'["a"] + '.repeat(chars / 8)}[]\n`,
    },
  },
  'another source of a plugin is read': {
    run: (text) =>
      read(
        pluginOf({
          'manifest.py': 'feature_extractor_name = "demo"\nversion = "1.0.0"\n',
          'pipeline.py': text,
          'realtime.py': text,
        }),
      ),
    charsMax: definitionBytesMax,
    shapes: {
      'many hooks': (chars) => numbered(chars, (at) => `class A${at + 1}(A${at}):\n    def on_${at}(self): pass\n`),
      'many steps': (chars) =>
        `def build_steps(r):\n    return {"steps": [${numbered(chars, (at) => `A${at}(num_gpus=1),`)}]}\n`,
      'many imports of files': (chars) => numbered(chars, (at) => `from .a${at} import b${at}\n`),
    },
  },
  'requirements.txt is read': {
    run: (text) => readDependencies(new Map(), text),
    charsMax: requirementFileBytesMax,
    places: { file: (text) => text, comment: (text) => `a ${text}`, specifier: (text) => `a==${text}\na==1\n` },
  },
  'a requirements file is checked': {
    run: (text) => requirementNotes('requirements.txt', new TextEncoder().encode(text)),
    charsMax: requirementFileBytesMax,
  },
  'a requirement is read': { run: parseRequirement, charsMax: dependencyLimits.charsMax, places: requirementPlaces() },
  "a package's name is normalized": { run: normalizedName, charsMax: requirementFileBytesMax },
  'tags are checked': { run: (text) => tagsSchema.safeParse([text, text]), charsMax: manifestBytesMax },
  'a lock is read': {
    run: (text) => [lockEntries(text), ownLockLines(text)],
    charsMax: 4 * 1024 * 1024,
    places: {
      file: (text) => text,
      name: (text) => `a${text}==1 --hash=sha256:${'0'.repeat(64)}\n`,
      version: (text) => `a==1${text} --hash=sha256:${'0'.repeat(64)}\n`,
      marker: (text) => `a==1 ; ${text} --hash=sha256:${'0'.repeat(64)}\n`,
    },
    shapes: {
      entries: (chars) => numbered(chars, (at) => `a${at}==1 --hash=sha256:${'0'.repeat(64)}\n`),
      hashes: (chars) => `a==1${` --hash=sha256:${'0'.repeat(64)}`.repeat(chars / 80)}!\n`,
    },
  },
};

function requirementPlaces() {
  return {
    whole: (text: string) => text,
    name: (text: string) => `a${text}`,
    extras: (text: string) => `a[${text}`,
    specifier: (text: string) => `a==${text}`,
    marker: (text: string) => `a; ${text}`,
  };
}
