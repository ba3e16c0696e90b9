// @module-tag uv
// Tests the error for a package that an index has without a wheel for one of the Pythons that a lock covers.
import { expect, test } from 'vitest';
import { newFolder } from '../support.ts';
import { PackageIndex } from './package-index.ts';
import { PackageBuilder, writeWheel } from './wheels.ts';

test("a package without a wheel in the index is named after uv's explanation, and so is the fix", async () => {
  const folder = newFolder();
  writeWheel(folder, { name: 'unbuilt', tag: 'cp27-cp27mu-win32' });
  writeWheel(folder, {
    name: 'top',
    requires: ['unbuilt; python_version == "3.11"', 'unbuilt>0; python_version > "3.11"'],
  });
  const index = await PackageIndex.start(folder);
  const packages = await PackageBuilder.start({ env: { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url } });
  try {
    expect(await packages.failure('top')).toMatch(
      /^unsatisfiable: .*unbuilt.*no wheels.*\nPackages are installed from wheels only\. unbuilt has no wheel here: declare another version of it, or of the package that needs it\.$/s,
    );
  } finally {
    index.close();
    await packages.builder.close();
  }
});
