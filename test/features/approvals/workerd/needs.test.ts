// Tests that a version that waits for approval needs attention.
import { test } from 'vitest';
import { needActions } from '../../../support/scenes/need-actions.ts';
import { checkNeed } from '../../../support/scenes/needs.ts';
import { stage } from '../../../support/scenes/staged.ts';

test('a version that waits needs attention until it is decided', () =>
  checkNeed({
    kind: 'approval',
    severity: 'warn',
    title: /^hello_ext 1\.0\.0 waits for approval; it is deleted on \d{4}-\d\d-\d\d$/,
    action: needActions.approval,
    make: ({ org }) => stage(org, {}, { stage: true }),
    resolve: ({ org }) => org.del(`${org.plugins}/hello_ext_1_0_0`),
  }));
