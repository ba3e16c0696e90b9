// Checks what the client's types accept and reject. The compiler evaluates this file.
import { expectTypeOf, test } from 'vitest';
import type { components } from '../../src/client/api.gen.d.ts';
import type { SlipwayClient } from '../../src/client/client.ts';
import type { Answer, Arguments } from '../../src/client/operations.ts';

const path = { namespace_id: 'ns_1', plugin_id: 'a_1_0_0' };

test('a result has the type that the operation declares', () => {
  type Upload = Answer<'/v1/plugins/uploads', 'post'>;
  expectTypeOf<Upload>().toEqualTypeOf<components['schemas']['PluginUpload']>();
});

test('required options must be present, and unknown ones are rejected', () => {
  const calls = (client: SlipwayClient) => {
    client.get('/v1/plugins');
    client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/undeploy', { path });
    client.post('/v1/namespaces/list', { body: { search: 'x' } });
    client.post('/v1/namespaces/{namespace_id}/plugins', { path, form: new FormData() });
    // @ts-expect-error: the path needs values
    client.get('/v1/namespaces/{namespace_id}/plugins');
    // @ts-expect-error: the body is needed
    client.post('/v1/plugins/uploads', {});
    // @ts-expect-error: no such field
    client.post('/v1/plugins/uploads', { body: { name: 'a', size: 1 } });
    // @ts-expect-error: no such path
    client.get('/v1/plugin');
    // @ts-expect-error: the path doesn't support the method
    client.delete('/v1/plugins');
  };
  expectTypeOf(calls).returns.toBeVoid();
  expectTypeOf<Arguments<'/v1/plugins', 'get'>>().toExtend<[object?]>();
});
