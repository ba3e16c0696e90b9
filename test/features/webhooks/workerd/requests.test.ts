// Tests how the OpenAPI document describes the requests to webhooks.
import { expect, test } from 'vitest';
import { documentOf } from '../../../../src/app.ts';
import { testApp } from '../../../support/deps.ts';

test('the OpenAPI document has a webhook for an event type, including its data', () => {
  const { webhooks } = documentOf(testApp().app);
  expect(webhooks?.['webhook.disabled']).toMatchObject({
    post: {
      requestBody: {
        content: {
          'application/json': {
            schema: {
              allOf: [
                { $ref: '#/components/schemas/Event' },
                {
                  properties: {
                    type: { enum: ['webhook.disabled'] },
                    data: { properties: { because: { enum: ['request', 'gone', 'failing'] } }, required: ['because'] },
                  },
                },
              ],
            },
          },
        },
      },
    },
  });
});
