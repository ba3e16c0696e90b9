// Tests confirming an upload: the request, the response, and repeated confirms (mixpeek §4.2, D14, D15).
import { describe, expect, test } from 'vitest';
import { maskVolatile } from '../../support/golden.ts';
import { plugin, zipOf } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, publish, putArchive, uploaded } from '../../support/plugins/publish.ts';
import { confirmable, declaring } from './confirmable.ts';

const { org, fresh, freshUpload } = await confirmable();

describe('a confirmed upload', () => {
  test('a confirmed upload is returned with every field', async () => {
    const { packed, upload } = await freshUpload();
    const { status, body } = await confirm(org, upload, { message: 'First one' });
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      upload_id: upload.upload_id,
      plugin_id: `${packed.name}_1_0_0`,
      name: packed.name,
      version: '1.0.0',
      validation_status: 'passed',
      validation_errors: [],
      deployment_status: 'pending',
      feature_uri: `mixpeek://${packed.name}@1.0.0/${packed.name}_vector`,
      s3_archive_url: expect.stringMatching(/^s3:\/\/slipway-archives\/archives\/[0-9a-f]{64}\.zip$/),
      code_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      namespace_id: org.namespaceId,
      organization_id: org.id,
      message: 'Plugin published',
      warnings: [],
      stage: null,
    });
    expect((await org.get(`${org.plugins}/${packed.name}_1_0_0`)).body).toMatchObject({
      plugin: { message: 'First one' },
    });
  });

  test('a confirmed upload keeps the scanned bytes: another PUT to the URL changes nothing', async () => {
    const { packed, upload } = await freshUpload();
    const first = await confirm(org, upload);
    await putArchive(upload, zipOf({ 'other.py': 'x = 1\n' }));
    expect((await confirm(org, upload)).text).toBe(first.text);
    expect((await org.get(`${org.plugins}/${packed.name}_1_0_0`)).body).toMatchObject({
      plugin: { code_hash: Object(first.body).code_hash },
    });
  });
});

describe('an upload stays open', () => {
  test('an upload stays open if nothing was uploaded', async () => {
    const packed = fresh();
    const upload = await openUpload(org, { name: packed.name, version: packed.version });
    for (let i = 0; i < 10; i++) {
      const { status, body } = await confirm(org, upload);
      const detail = `Nothing has been uploaded for ${upload.upload_id} yet`;
      expect({ status, body }).toMatchObject({
        status: 404,
        body: { error: { type: 'NotFoundError', details: { resource: 'object', id: upload.upload_id } }, detail },
      });
    }
    await putArchive(upload, packed.zip);
    expect((await confirm(org, upload)).status).toBe(200);
  });

  test('an upload stays open if the size differs', async () => {
    const { packed, upload } = await freshUpload();
    const size = packed.zip.length;
    const detail = `The uploaded object has ${size} bytes, but the confirmation names ${size + 1}`;
    const { status, body } = await confirm(org, upload, { file_size_bytes: size + 1 });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: { type: 'IntegrityError', details: { stored: size, announced: size + 1 } }, detail },
    });
    expect((await confirm(org, upload, { file_size_bytes: size })).status).toBe(200);
  });

  test.each(['0'.repeat(32), '"0"', '""', 'W/"x"'])('an upload stays open if the ETag is %s', async (etag) => {
    const { upload } = await freshUpload();
    const { status, body } = await confirm(org, upload, { etag });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: {
        error: {
          type: 'IntegrityError',
          details: { stored: upload.etag.replaceAll('"', ''), given: etag.replaceAll(/W\/|"/g, '') },
        },
      },
    });
    expect((await confirm(org, upload, { etag: upload.etag })).status).toBe(200);
  });

  test('an upload stays open if the object is replaced after the client got its ETag', async () => {
    const { packed, upload } = await freshUpload();
    await putArchive(upload, zipOf({ ...packed.files, 'notes.txt': 'later' }));
    expect((await confirm(org, upload, { etag: upload.etag })).body).toMatchObject({
      error: { type: 'IntegrityError' },
    });
    expect((await confirm(org, upload)).status).toBe(200);
  });
});

describe('an unknown upload', () => {
  test.each(['plu_00000000000000000000000000', 'plu_x', 'nonsense', 'plu_00000000000000000000000000%0A'])(
    'an unknown upload is not found: %s',
    async (id) => {
      const { status, body } = await org.post(`${org.plugins}/uploads/${id}/confirm`);
      const decoded = decodeURIComponent(id);
      expect({ status, body }).toMatchObject({
        status: 404,
        body: {
          error: { type: 'NotFoundError', details: { resource: 'upload', id: decoded } },
          detail: `Upload not found: ${decoded}`,
        },
      });
    },
  );
});

describe('a rejected upload', () => {
  test('a rejected upload is final, returns the same response bytes again, and creates no plugin', async () => {
    const packed = plugin({ name: 'rejected_ext', files: { 'bad.py': 'import subprocess\n' } });
    const upload = await uploaded(org, packed, packed.zip);
    const first = await confirm(org, upload);
    expect(first.status).toBe(400);
    await putArchive(upload, plugin({ name: 'rejected_ext' }).zip);
    for (const body of [undefined, { etag: 'other' }]) {
      const { status, text } = await confirm(org, upload, body);
      expect({ status, text }).toEqual({ status: 400, text: first.text });
    }
    expect((await org.get(`${org.plugins}/rejected_ext_1_0_0`)).status).toBe(404);
  });

  test('a rejected upload leaves its version number free', async () => {
    await publish(org, plugin({ name: 'rejected_ext' }));
    expect((await org.get(`${org.plugins}/rejected_ext_1_0_0`)).status).toBe(200);
  });

  test('a rejected upload is a conflict if its version number was taken in the meantime, even after that version is deleted', async () => {
    const packed = fresh();
    const [first, second] = [await uploaded(org, packed, packed.zip), await uploaded(org, packed, packed.zip)];
    expect((await confirm(org, first)).status).toBe(200);
    const detail = `Plugin ${packed.name}@1.0.0 already exists in this namespace`;
    const refused = await confirm(org, second);
    expect({ status: refused.status, body: refused.body }).toMatchObject({
      status: 409,
      body: { error: { type: 'ConflictError', details: { resource: 'plugin', id: `${packed.name}_1_0_0` } }, detail },
    });
    await org.del(`${org.plugins}/${packed.name}_1_0_0`);
    const again = await confirm(org, second);
    expect(maskVolatile(again.text)).toBe(maskVolatile(refused.text));
  });
});

describe('the name and version in manifest.py', () => {
  test('the name and version in manifest.py may use a different notation', async () => {
    const upload = await uploaded(org, { name: 'formed_ext', version: 'v1.2' }, declaring('formed_ext', '1.2.0'));
    expect((await confirm(org, upload)).body).toMatchObject({ plugin_id: 'formed_ext_1_2_0', warnings: [] });
  });

  test('the name and version in manifest.py yield to the version that the server chose, with a warning', async () => {
    const upload = await uploaded(org, { name: 'chosen_ext' }, declaring('chosen_ext', '7.0.0'));
    const { status, body } = await confirm(org, upload);
    const message =
      'manifest.py declares version "7.0.0", but the upload named no version and the registry assigned 1.0.0. To choose the version yourself, send it with the upload.';
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        plugin_id: 'chosen_ext_1_0_0',
        version: '1.0.0',
        feature_uri: 'mixpeek://chosen_ext@1.0.0/chosen_ext_vector',
        message: 'Plugin published with 1 warning',
        warnings: [
          {
            rule: 'SLM401',
            file: 'manifest.py',
            filename: 'manifest.py',
            line: 2,
            column: 11,
            severity: 'warning',
            message,
          },
        ],
      },
    });
  });
});
