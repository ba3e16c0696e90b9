// Tests what long runs of combining marks do in an upload: in a name of the code they reject it, elsewhere they are kept.
import { expect, test } from 'vitest';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

/** JavaScript's `normalize` takes seconds for as many. */
const marks = `a${'\u0301'.repeat(15_000)}${'\u0316'.repeat(15_000)}`;

test('a name with 30,000 combining marks rejects the upload, with its line and without the whole name', async () => {
  const org = await organization();
  const { name, zip } = plugin({ name: 'marks_ext', files: { 'processors/core.py': `x = 1\n${marks} = 2\n` } });
  const { body, status, text } = await confirm(org, await uploaded(org, { name, version: '1.0.0' }, zip));
  expect({ status, body }).toMatchObject({
    status: 400,
    body: { violations: [{ rule: 'SLU103', severity: 'error', file: 'processors/core.py', line: 2 }] },
  });
  expect(text.length).toBeLessThan(3000);
});

test('strings, comments and the README may have any number of marks', async () => {
  const org = await organization();
  const files = { 'processors/core.py': `x = "${marks}"  # ${marks}\n`, 'README.md': marks };
  await publish(org, plugin({ name: 'marked_ext', files }));
  const { body } = await org.get(`${org.plugins}/marked_ext_1_0_0/readme`);
  expect(body).toMatchObject({ text: marks });
});
