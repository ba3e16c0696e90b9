// Tests which form the console builds for a Go plugin's action.
import { expect, test } from 'vitest';
import { actionFields } from '../../src/console/data/calls/go-parameters.ts';

test("an action's parameter is a field of the right type, or JSON if no field fits", () => {
  const parameters = [
    { name: 'text', type: 'string', required: true, description: 'What to count' },
    { name: 'times', type: 'int' },
    { name: 'rows', type: '[]map' },
    { name: 'any' },
  ];
  expect(actionFields({ parameters })).toEqual([
    { name: 'text', property: { type: 'string', description: 'What to count' }, required: true },
    { name: 'times', property: { type: 'integer' }, required: false },
    { name: 'rows', property: {}, required: false },
    { name: 'any', property: {}, required: false },
  ]);
});

test.each([undefined, {}, { parameters: null }])('an action with %j has no form', (action) => {
  expect(actionFields(action)).toEqual([]);
});
