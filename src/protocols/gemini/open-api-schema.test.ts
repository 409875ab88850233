import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonSchemaOf } from './open-api-schema.ts'

test('the older form says the same in the newer one', () => {
  const older = {
    type: 'OBJECT',
    properties: {
      // A member of this name is no type.
      type: { type: 'STRING', nullable: true, enum: ['a', 'b'] },
      many: { type: 'ARRAY', items: { type: 'INTEGER' }, minItems: '1', maxItems: '9' },
      either: { anyOf: [{ type: 'NUMBER', maximum: 7 }, { type: 'BOOLEAN' }], nullable: true },
    },
    required: ['type'],
    propertyOrdering: ['type', 'many'],
  }
  assert.deepEqual(jsonSchemaOf(older), {
    type: 'object',
    properties: {
      type: { type: ['string', 'null'], enum: ['a', 'b'] },
      many: { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 9 },
      either: {
        anyOf: [{ anyOf: [{ type: 'number', maximum: 7 }, { type: 'boolean' }] }, { type: 'null' }],
      },
    },
    required: ['type'],
    propertyOrdering: ['type', 'many'],
  })
})
