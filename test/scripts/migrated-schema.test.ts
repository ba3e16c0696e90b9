// Tests which differences between the migrations and the schema are found.
import { expect, test } from 'vitest';
import { schemaDifferences } from '../../scripts/testing/migrated-schema.ts';

const declared = [
  'create table `plugins` (`id` text primary key not null)',
  `create table \`versions\` (
    \`id\` integer primary key autoincrement not null, \`plugin_id\` text not null references plugins(id) on delete cascade,
    \`status\` text default 'open' not null, \`note\` text,
    constraint "versions_status" check("versions"."status" in ('open', 'done')))`,
  'create index `by_plugin` on `versions` (`plugin_id`, `status`) where "status" = \'open\'',
];

const without = (index: number) => declared.filter((_, at) => at !== index);
const changed = (from: string, to: string) => declared.map((sql) => sql.replace(from, () => to));

test('the same statements lead to the same schema', () => {
  expect(schemaDifferences(declared, declared)).toEqual([]);
});

test('a table that was copied and renamed is not a difference, and neither is another column order', () => {
  const [plugins = '', versions = '', index = ''] = declared;
  const copied = versions.replace('`versions`', '`new_versions`').replaceAll('"versions"', '"new_versions"');
  const reordered = copied.replace(', `note` text,', ',');
  const migrations = [
    plugins,
    reordered,
    'alter table new_versions rename to versions',
    'alter table versions add note text',
    index,
  ];
  expect(schemaDifferences(migrations, declared)).toEqual([]);
});

const index =
  "index by_plugin on versions: CREATE INDEX by_plugin on versions (plugin_id, status) where status = 'open'";

test.each<[string, string[], string[]]>([
  ['an index that is missing', without(2), [`the migrations do not create: ${index}`]],
  [
    'an index without its condition',
    changed(' where "status" = \'open\'', ''),
    [
      `the migrations do not create: ${index}`,
      'the schema does not declare: index by_plugin on versions: CREATE INDEX by_plugin on versions (plugin_id, status)',
    ],
  ],
  [
    'a column that is missing',
    changed(', `note` text,', ','),
    ['the migrations do not create: column versions.note: TEXT'],
  ],
  [
    'a column of another type',
    changed('`note` text', '`note` integer'),
    [
      'the migrations do not create: column versions.note: TEXT',
      'the schema does not declare: column versions.note: INTEGER',
    ],
  ],
  [
    'a column that may be null',
    changed("default 'open' not null", "default 'open'"),
    [
      "the migrations do not create: column versions.status: TEXT not null default 'open'",
      "the schema does not declare: column versions.status: TEXT default 'open'",
    ],
  ],
  [
    'another default',
    changed("default 'open'", "default 'done'"),
    [
      "the migrations do not create: column versions.status: TEXT not null default 'open'",
      "the schema does not declare: column versions.status: TEXT not null default 'done'",
    ],
  ],
  [
    'a closed set with another value',
    changed("'open', 'done'", "'open', 'done', 'new'"),
    [
      "the migrations do not create: check of versions: versions.status in ('open', 'done')",
      "the schema does not declare: check of versions: versions.status in ('open', 'done', 'new')",
    ],
  ],
  [
    'a foreign key that deletes nothing',
    changed(' on delete cascade', ''),
    [
      'the migrations do not create: foreign key versions.plugin_id: plugins.id on delete CASCADE on update NO ACTION',
      'the schema does not declare: foreign key versions.plugin_id: plugins.id on delete NO ACTION on update NO ACTION',
    ],
  ],
  [
    'IDs that are used again',
    changed('primary key autoincrement', 'primary key'),
    ['the migrations do not create: autoincrement of versions'],
  ],
  [
    'a table that nothing declares',
    [...declared, 'create table stray (id text)'],
    ['the schema does not declare: table stray', 'the schema does not declare: column stray.id: TEXT'],
  ],
])('%s is found', (_, migrations, differences) => {
  expect(schemaDifferences(migrations, declared)).toEqual(differences);
});

test('a failing statement is an error', () => {
  expect(() => schemaDifferences(['create table a (id text', ...declared], declared)).toThrow(/incomplete input/);
});
