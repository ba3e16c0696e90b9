// Tests the SARIF 2.1.0 output: levels, regions, the rules with findings, and fingerprints that stay the same when lines move.
import { describe, expect, test } from 'vitest';
import { type Finding, finding } from '../../src/contract/findings/finding.ts';
import { adviceFor } from '../../src/contract/findings/name-advice.ts';
import { sarifLog } from '../../src/scan/sarif.ts';
import { sarifErrors } from './support/sarif-schema.ts';

const place = { file: 'my plugin/é.py', line: 3, column: 5, endLine: 3, endColumn: 14 };

test('a finding becomes a result with its region and its rule', () => {
  const log = sarifLog([finding('SLP301', place, 'os.system')], '1.2.3');
  expect(log.version).toBe('2.1.0');
  const [run] = log.runs;
  expect(run.columnKind).toBe('utf16CodeUnits');
  expect(run.tool.driver).toMatchObject({ name: 'slipway', version: '1.2.3' });
  expect(run.tool.driver.rules).toMatchObject([
    {
      id: 'SLP301',
      shortDescription: { text: 'Forbidden function' },
      defaultConfiguration: { level: 'error' },
      properties: { category: 'call' },
    },
  ]);
  expect(run.results).toEqual([
    {
      ruleId: 'SLP301',
      ruleIndex: 0,
      level: 'error',
      message: { text: `Forbidden function: os.system. ${adviceFor({ name: 'os.system', ruleId: 'SLP301' })}` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'my%20plugin/%C3%A9.py' },
            region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 14 },
          },
        },
      ],
      partialFingerprints: { 'slipwayFinding/v1': '["SLP301","my plugin/é.py","os.system",1]' },
      properties: { category: 'call', name: 'os.system' },
    },
  ]);
});

test('a finding about the whole archive has no location', () => {
  const [run] = sarifLog([finding('SLP710', { file: '' }, 'truncated')], '1').runs;
  expect(run.results[0]?.locations).toEqual([]);
});

test('a file whose name was truncated in the middle of a character still has a location', () => {
  const cut = finding('SLP701', { file: '\ud83d/x.py' }, 'x');
  const [run] = sarifLog([cut], '1').runs;
  expect(run.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('%EF%BF%BD/x.py');
});

test('each rule is described once, in catalog order', () => {
  const findings = [
    finding('SLP501', place, '__class__'),
    finding('SLP101', place, 'socket'),
    finding('SLP501', place, '__mro__'),
  ];
  const [run] = sarifLog(findings, '1').runs;
  expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(['SLP101', 'SLP501']);
  expect(run.results.map(({ level, ruleIndex }) => [level, ruleIndex])).toEqual([
    ['warning', 1],
    ['error', 0],
    ['warning', 1],
  ]);
});

describe('a waived finding', () => {
  const waiver = { id: 'wvr_1', reason: 'reads its own tables', expiresAt: Date.UTC(2027, 0, 1) };
  const waived = { ...finding('SLP201', place, 'builtins.eval'), waiver };
  const plain = finding('SLP101', place, 'socket');
  const suppressions = (findings: Finding[]) =>
    sarifLog(findings, '1').runs[0].results.map((result) => result.suppressions);

  test('a waived finding is a result with a suppression, and other results have an empty list', () => {
    expect(suppressions([waived, plain])).toEqual([
      [
        {
          kind: 'external',
          status: 'accepted',
          justification: 'reads its own tables',
          properties: { waiver: 'wvr_1', expiresAt: '2027-01-01T00:00:00.000Z' },
        },
      ],
      [],
    ]);
  });

  test('a waived finding validates against the published schema', () => {
    expect(sarifErrors(sarifLog([waived, plain], '1'))).toBeNull();
  });

  test('a waived finding adds suppressions only if there are any', () => {
    expect(suppressions([plain])).toEqual([undefined]);
  });
});

describe('fingerprints', () => {
  const fingerprints = (lines: number[]): string[] =>
    sarifLog(
      lines.map((line) => finding('SLP201', { ...place, line }, 'builtins.eval')),
      '1',
    ).runs[0].results.map((result) => result.partialFingerprints['slipwayFinding/v1']);

  test('fingerprints do not depend on the line', () => {
    expect(fingerprints([3, 9])).toEqual(fingerprints([4, 20]));
  });

  test('fingerprints distinguish occurrences of the same finding', () => {
    expect(new Set(fingerprints([3, 9, 12])).size).toBe(3);
  });
});

test('a result states the alternative to its name, if the fix is specific to the name', () => {
  const findings = [finding('SLP101', place, 'threading'), finding('SLP101', place, 'faulthandler')];
  const messages = sarifLog(findings, '1').runs[0].results.map((result) => result.message.text);
  expect(messages).toEqual([
    `Forbidden import: threading. ${adviceFor({ name: 'threading', ruleId: 'SLP101' })}`,
    'Forbidden import: faulthandler',
  ]);
});

test('a result about a Go name has the Go advice, and a result about a Python module of that name has none', () => {
  const findings = [finding('SLP901', place, 'plugin'), finding('SLP190', place, 'plugin')];
  const messages = sarifLog(findings, '1').runs[0].results.map((result) => result.message.text);
  expect(messages.sort()).toEqual([
    `Forbidden in Go plugins: plugin. ${adviceFor({ name: 'plugin', ruleId: 'SLP901' })}`,
    'Import not on the allow list: plugin',
  ]);
});
