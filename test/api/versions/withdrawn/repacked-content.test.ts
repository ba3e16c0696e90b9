// Tests over HTTP that content is its files: packing them again changes nothing about what is quarantined.
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../../src/core/digest.ts';
import { bytesOf } from '../../../support/bytes.ts';
import { zipOf } from '../../../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { digestOf } from '../../../support/scenes/staged.ts';
import { documentOf, quarantines, unique } from './repacking.ts';

describe('quarantined content that is packed again', () => {
  test('quarantined content that is packed again gets no other number', async () => {
    const org = await organization();
    const content = unique();
    await publish(org, content);
    await quarantines(org).add(await digestOf(org));
    const upload = await uploaded(org, { name: content.name }, zipOf(content.files, 'top/'));
    expect(upload.version).not.toBe(content.version);
    expect((await confirm(org, upload)).status).toBe(403);
  });
});

test("a version's digest of its files is what sha256sum prints for them, hashed", async () => {
  const org = await organization();
  const content = unique();
  await publish(org, content);
  const lines: string[] = [];
  for (const path of Object.keys(content.files).sort())
    lines.push(`${await sha256Hex(new Uint8Array(bytesOf(content.files[path] ?? '')))}  ${path}\n`);
  expect((await documentOf(org)).files_sha256).toBe(await sha256Hex(lines.join('')));
});
