// Tests finding known vulnerabilities of locked packages in an OSV file.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { advisoriesFor, changedAdvisories, readAdvisories } from '../../../src/cli/plugins/advisories.ts';
import { folderOf } from '../slipway.ts';

const record = (id: string, name: string, events: object[]) => ({
  id,
  summary: `about ${name}`,
  affected: [{ package: { ecosystem: 'PyPI', name }, ranges: [{ type: 'ECOSYSTEM', events }] }],
});
const pillow = record('PYSEC-1', 'Pillow', [{ introduced: '0' }, { fixed: '10.2.0' }]);
const numpy = record('PYSEC-2', 'numpy', [{ introduced: '1.0' }, { last_affected: '1.21.0' }]);

const read = (text: string) => readAdvisories(join(folderOf({ 'osv.json': text }), 'osv.json'));

test.each([
  ['one record', JSON.stringify(pillow), ['PYSEC-1']],
  ['a list', JSON.stringify([pillow, numpy]), ['PYSEC-1', 'PYSEC-2']],
  ['a response of the API', JSON.stringify({ vulns: [numpy] }), ['PYSEC-2']],
  ['one per line', `${JSON.stringify(pillow)}\n${JSON.stringify(numpy)}\n`, ['PYSEC-1', 'PYSEC-2']],
])('a file with %s is read', (_, text, ids) => {
  expect(read(text).map(({ id }) => id)).toEqual(ids);
});

test('a file in any other format is refused', () => {
  expect(() => read('{"id": 3}')).toThrow('is not in the OSV format');
});

test('only versions in an affected range are reported', () => {
  const packages = ['10.1.0', '10.2.0rc1', '10.2.0', '10.2.0.post1'].map((version) => ({ name: 'pillow', version }));
  const found = advisoriesFor(read(JSON.stringify([pillow, numpy])), [
    ...packages,
    { name: 'numpy', version: '1.21' },
    { name: 'numpy', version: '1.21.1' },
  ]);
  expect(found).toEqual([
    { id: 'PYSEC-2', package: 'numpy', version: '1.21', summary: 'about numpy', fixed_in: null, verdict: 'affected' },
    {
      id: 'PYSEC-1',
      package: 'pillow',
      version: '10.1.0',
      summary: 'about Pillow',
      fixed_in: '10.2.0',
      verdict: 'affected',
    },
    {
      id: 'PYSEC-1',
      package: 'pillow',
      version: '10.2.0rc1',
      summary: 'about Pillow',
      fixed_in: '10.2.0',
      verdict: 'affected',
    },
  ]);
});

test('a package change can fix or introduce advisories', () => {
  const changes = [
    { name: 'pillow', v1: '9.0', v2: '11.0' },
    { name: 'numpy', v1: '2.0', v2: '1.20' },
  ];
  const found = changedAdvisories(read(JSON.stringify([pillow, numpy])), changes);
  expect(found.map(({ id, v1, v2 }) => [id, v1, v2])).toEqual([
    ['PYSEC-2', false, true],
    ['PYSEC-1', true, false],
  ]);
});
