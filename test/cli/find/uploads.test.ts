// Tests the output of `slipway uploads show` for a rejected, accepted or open upload.
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const at = (second: number) => `2026-11-20T12:00:0${second}.000Z`;
const step = (name: string, state: string, started: number | null = null, ended: number | null = null) => ({
  ...{ step: name, state },
  started_at: started === null ? null : at(started),
  ended_at: ended === null ? null : at(ended),
});
const rejectedSteps = [step('receive', 'done', 0, 1), step('scan', 'failed', 1, 4), step('publish', 'not_reached')];

const finding = (file: string, line: number, excerpt: object | null) => ({
  ...{ file, line, column: 5, excerpt, rule: 'SLP101', severity: 'error', message: '`os.system` is forbidden.' },
});

async function show(fields: object): Promise<string> {
  const upload = {
    name: 'notes',
    version: '1.0.0',
    rejected_because: null,
    findings: [],
    updated_at: at(4),
    ...fields,
  };
  await using server = await scriptedServer({ body: upload });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(['uploads', 'show', 'plu_1'], environment);
  expect([ran.exit, ran.stderr, server.received.map(({ url }) => url)]).toEqual([
    'done',
    '',
    ['/v1/namespaces/ns_1/plugins/uploads/plu_1'],
  ]);
  return ran.stdout;
}

const rejected = { status: 'rejected', rejected_because: 'content', steps: rejectedSteps };

test("a rejected upload shows each finding with the surrounding lines, and marks the finding's own line", async () => {
  const lines = ['def run():', '    """Runs."""', '    os.system("ls")', '', '    return 1'];
  const findings = [finding('core.py', 10, { first_line: 8, lines }), finding('realtime.py', 2, null)];
  expect(await show({ ...rejected, findings })).toBe(
    `notes 1.0.0 rejected because of its content, 2026-11-20 12:00:04Z
  core.py:10:5  error  SLP101  \`os.system\` is forbidden.
       8 | def run():
       9 |     """Runs."""
    > 10 |     os.system("ls")
      11 |
      12 |     return 1
  realtime.py:2:5  error  SLP101  \`os.system\` is forbidden.
receive: done in 1.0 s, scan: rejected in 3.0 s, publish: not reached
`,
  );
});

test('tabs indent the lines around a finding, and other control characters are escaped', async () => {
  const excerpt = { first_line: 1, lines: ['if a:', '\tos.system("\u001b[2J\u202e")'] };
  const shown = await show({ ...rejected, findings: [finding('a\u001b[31m.py', 2, excerpt)] });
  expect(shown.split('\n').slice(1, 4)).toEqual([
    '  a\\u{1b}[31m.py:2:5  error  SLP101  `os.system` is forbidden.',
    '      1 | if a:',
    '    > 2 |     os.system("\\u{1b}[2J\\u{202e}")',
  ]);
});

test('a finding about the whole archive has no place', async () => {
  const shown = await show({ ...rejected, findings: [{ ...finding('', 1, null), message: 'it contains no files' }] });
  expect(shown.split('\n')[1]).toBe('  error  SLP101  it contains no files');
});

test('an upload without findings shows the duration of each step', async () => {
  const steps = [step('receive', 'done', 0, 1), step('scan', 'done', 1, 3), step('publish', 'done', 3, 4)];
  expect(await show({ status: 'accepted', steps })).toBe(
    'notes 1.0.0 accepted, 2026-11-20 12:00:04Z\nreceive: done in 1.0 s, scan: done in 2.0 s, publish: done in 1.0 s\n',
  );
});

test('an open upload is shown as waiting for its archive', async () => {
  const steps = [step('receive', 'waiting', 0), step('scan', 'not_reached'), step('publish', 'not_reached')];
  expect(await show({ status: 'open', steps, updated_at: at(0) })).toBe(
    'notes 1.0.0 open, 2026-11-20 12:00:00Z\nreceive: waiting for the archive, scan: not reached, publish: not reached\n',
  );
});

test('an upload being scanned is shown as such', async () => {
  const steps = [step('receive', 'done', 0, 1), step('scan', 'in_progress', 1), step('publish', 'not_reached')];
  expect(await show({ status: 'confirming', steps, updated_at: at(1) })).toBe(
    'notes 1.0.0 scanning, 2026-11-20 12:00:01Z\nreceive: done in 1.0 s, scan: in progress, publish: not reached\n',
  );
});
