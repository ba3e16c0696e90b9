// Tests features whose shape changes.
import { describe, expect, test } from 'vitest';
import { again, deployed, nearest, nothing, over, store, undeploy } from '../scenes/features.ts';
import { account } from '../scenes/vector-stores.ts';

describe.each([
  ['embedded', () => null],
  ['Vectorize', account],
])('over %s', (_name, make) => {
  test('a new shape replaces an empty feature, but conflicts with a feature that has vectors', async () => {
    const s = await over(make());
    const first = await deployed(s, 'first_ext', ['text', 2]);
    await again(s);
    await undeploy(s, first);
    const second = await deployed(s, 'second_ext', ['text', 3]);
    expect(await again(s)).toEqual({ ...nothing, added: ['text'], total: ['text'] });
    await store(s, 'text', ['a', [1, 2, 3]]);
    await undeploy(s, second);
    await deployed(s, 'third_ext', ['text', 3, 'dot']);
    await expect(again(s)).rejects.toMatchObject({
      code: 'feature-conflict',
      message:
        'third_ext_1_0_0 declares text with 3 dimensions and metric dot, but the namespace stores its vectors with 3 dimensions and metric cosine',
    });
    expect(await nearest(s, 'text', [1, 2, 3])).toEqual(['a']);
  });
});
