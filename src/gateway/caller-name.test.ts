import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callerName } from './caller-name.ts'
import type { Caller } from './gateway-state.ts'
import { onBehalfOf } from './on-behalf-of.ts'

const service: Caller = {
  id: 'bot',
  pseudonym: null,
  principal: {
    kind: 'service',
    definition: 'us-ear-772.1',
    class: 'undetermined',
    entity: null,
    employment: null,
    groups: [],
    authorisations: [],
    id: 'bot',
  },
  sealedClass: null,
  workflows: ['review'],
}

test('a service is another caller for each person that it works for', () => {
  const forPerson = (id: string) =>
    onBehalfOf(service, {
      ...service,
      id,
      principal: { ...service.principal, kind: 'person', id },
      areGroupsTold: true,
    })
  const names = [service, forPerson('ada'), forPerson('grace')].map(callerName)
  assert.equal(new Set(names).size, 3)
  assert.equal(callerName({ ...service, workflows: [] }), callerName(service))
})
