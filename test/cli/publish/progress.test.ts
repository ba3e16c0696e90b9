// Tests transfer reports: one changing line on a terminal, and occasional lines in a log.
import { expect, test } from 'vitest';
import { createOutput } from '../../../src/cli/terminal/output.ts';
import { transferReporter } from '../../../src/cli/terminal/progress.ts';

/** Returns the output for 10 MB of 100 MB transferred every four seconds. */
function reported(isTTY: boolean): string {
  let printed = '';
  let at = 0;
  const write = (text: string) => {
    printed += text;
    return true;
  };
  const output = createOutput({ write }, { write, isTTY, columns: 80 }, {}, true);
  const report = transferReporter(output, 'uploading', 100e6, () => at);
  for (let sent = 0; sent <= 100e6; sent += 10e6) {
    report(sent);
    at += 4000;
  }
  output.progress('');
  return printed;
}

test('a log gets a line every ten seconds', () => {
  expect(reported(false)).toBe('· uploading  30% of 100 MB\n· uploading  60% of 100 MB\n· uploading  90% of 100 MB\n');
});

test('a terminal gets one line, which is erased', () => {
  const printed = reported(true);
  expect(printed).toContain('· uploading  0% of 100 MB');
  expect(printed).not.toContain('\n');
  expect(printed.endsWith('\r\u001b[K')).toBe(true);
});
