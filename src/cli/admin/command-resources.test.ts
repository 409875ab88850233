import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doingCommands } from '../help-endings.ts'
import { createProgram } from '../program.ts'
import { resources } from './resources.ts'

/**
 * Which operation of the admin API does what a command does. A command without one says why: it reads or writes what
 * lies on the machine of whoever types it, signs with a key that no server may hold, or decides what the server runs.
 */
const files = 'works on files of whoever types it, without a gateway'
const signs = 'signs in the name of a person, with what lies on the machine of that person'
const configures =
  'changes files that the gateway is configured by; it takes them up within a second'
const evidence = 'evidence is judged and kept by others than the server that wrote it'
const place = 'moves, copies or changes the place that the server itself stands on'

const table: Readonly<Record<string, readonly string[] | string>> = {
  'holdfast audit': files,
  'holdfast audit diff': files,
  'holdfast init': files,
  'holdfast simulate': files,
  'holdfast remedy': files,
  'holdfast sovereignty': files,
  'holdfast catalogue show': files,
  'holdfast catalogue update': configures,
  'holdfast rules list': files,
  'holdfast rules test': files,
  'holdfast directive list': ['listDirectives'],
  'holdfast directive show': ['listDirectives'],
  'holdfast directive check': files,
  'holdfast directive test': files,
  'holdfast directive add': configures,
  'holdfast directive lift': signs,
  'holdfast directive review': signs,
  'holdfast policy show': files,
  'holdfast policy check': ['getStatus', 'reload'],
  'holdfast policy decide': ['listModelsOfPrincipal'],
  'holdfast policy snapshot': signs,
  'holdfast policy verify': files,
  'holdfast serve': 'is what answers',
  'holdfast check': ['getStatus', 'probeCircuit'],
  'holdfast route list': ['listRoutes'],
  'holdfast route disable': ['disableRoute'],
  'holdfast route enable': ['enableRoute'],
  'holdfast route accept': ['acceptRoute'],
  'holdfast circuit list': ['listCircuits'],
  'holdfast circuit probe': ['probeCircuit'],
  'holdfast circuit close': ['closeCircuit'],
  'holdfast principal list': ['listPrincipals'],
  'holdfast principal show': ['listPrincipals', 'listModelsOfPrincipal'],
  'holdfast principal add': ['addPrincipal'],
  'holdfast principal attest': ['attestPrincipal'],
  'holdfast principal revoke': ['revokePrincipal'],
  'holdfast principal rotate': ['rotateKey'],
  'holdfast usage import': files,
  'holdfast usage list': files,
  'holdfast usage show': files,
  'holdfast usage forget': files,
  'holdfast timeline': files,
  'holdfast ledger verify': evidence,
  'holdfast ledger search': ['searchDecisions'],
  'holdfast ledger export': evidence,
  'holdfast ledger checkpoint': evidence,
  'holdfast ledger hold': evidence,
  'holdfast ledger release': evidence,
  'holdfast ledger prune': evidence,
  'holdfast ledger keys init': signs,
  'holdfast ledger keys rotate': signs,
  'holdfast ledger keys destroy-period': signs,
  'holdfast store status': ['getStatus'],
  'holdfast store migrate': place,
  'holdfast store backup': place,
  'holdfast store restore': place,
  'holdfast store move': place,
  'holdfast completion': files,
}

test('every command has its operations in the admin API, or a reason why it has none', async () => {
  const commands = doingCommands(await createProgram(), 'holdfast').map(({ name }) => name)
  assert.deepEqual(Object.keys(table).toSorted(), commands.toSorted())
  const ids = new Set(resources.map(({ id }) => id))
  for (const [command, operations] of Object.entries(table))
    if (typeof operations !== 'string')
      for (const id of operations) assert.ok(ids.has(id), `${command}: ${id}`)
})

test('every operation is that of a command', () => {
  const used = new Set(Object.values(table).flatMap((one) => (typeof one === 'string' ? [] : one)))
  const other = resources.map(({ id }) => id).filter((id) => !used.has(id))
  assert.deepEqual(other, ['describeApi'])
})
