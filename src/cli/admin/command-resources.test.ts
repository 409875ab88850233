import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
import { createProgram } from '../program.ts'
import { resources } from './resources.ts'

/**
 * Which operation of the admin API does what a command does. `alone`: the command works on files or on the store beside a
 * running gateway, which neither helps nor is changed by it other than through the files that it watches.
 */
const table: Readonly<Record<string, readonly string[] | 'alone'>> = {
  audit: 'alone',
  'audit diff': 'alone',
  init: 'alone',
  simulate: 'alone',
  remedy: 'alone',
  sovereignty: 'alone',
  'catalogue show': 'alone',
  'catalogue update': 'alone',
  'rules list': 'alone',
  'rules test': 'alone',
  'directive list': ['listDirectives'],
  'directive show': ['listDirectives'],
  'directive check': 'alone',
  'directive test': 'alone',
  'directive add': 'alone',
  'directive lift': 'alone',
  'directive review': 'alone',
  'policy show': 'alone',
  'policy check': 'alone',
  'policy decide': ['listModelsOfPrincipal'],
  'policy snapshot': 'alone',
  'policy verify': 'alone',
  serve: ['getStatus', 'reload', 'describeApi'],
  check: 'alone',
  'route list': ['listRoutes'],
  'route disable': ['disableRoute'],
  'route enable': ['enableRoute'],
  'route accept': ['acceptRoute'],
  'circuit list': ['listCircuits'],
  'circuit probe': ['probeCircuit'],
  'circuit close': ['closeCircuit'],
  'principal list': ['listPrincipals'],
  'principal show': ['listPrincipals', 'listModelsOfPrincipal'],
  'principal add': ['addPrincipal'],
  'principal attest': ['attestPrincipal'],
  'principal revoke': ['revokePrincipal', 'withdrawAttestation'],
  'principal rotate': ['rotateKey'],
  'qualify calibrate': 'alone',
  'qualify guardrail run': 'alone',
  'qualify guardrail show': 'alone',
  'tasks import': 'alone',
  'tasks check': 'alone',
  'tasks list': 'alone',
  'tasks show': 'alone',
  'qualify plan': 'alone',
  'qualify run': 'alone',
  'qualify freeze': 'alone',
  'qualify status': 'alone',
  'qualify schedule': 'alone',
  'qualify show': 'alone',
  'qualify compare': 'alone',
  'tasks capture keys': 'alone',
  'tasks capture list': 'alone',
  'tasks capture show': 'alone',
  'tasks capture export': 'alone',
  'usage import': 'alone',
  'usage list': 'alone',
  'usage show': 'alone',
  'usage forget': 'alone',
  timeline: 'alone',
  'ledger verify': 'alone',
  'ledger search': ['searchDecisions'],
  'ledger export': 'alone',
  'ledger checkpoint': 'alone',
  'ledger hold': 'alone',
  'ledger release': 'alone',
  'ledger prune': 'alone',
  'ledger keys init': 'alone',
  'ledger keys rotate': 'alone',
  'ledger keys destroy-period': 'alone',
  'store status': ['getStatus'],
  'store migrate': 'alone',
  'store backup': 'alone',
  'store restore': 'alone',
  'store move': 'alone',
  completion: 'alone',
}

function commandsThatAct(command: Command, above: readonly string[]): readonly string[] {
  return command.commands.flatMap((one) => {
    const words = [...above, one.name()]
    const below = commandsThatAct(one, words)
    const isGroup = below.length > 0 && one.name() !== 'audit'
    return isGroup ? below : [words.join(' '), ...below]
  })
}

test('every command has its operation of the admin API, or is known to need no gateway', async () => {
  const commands = commandsThatAct(await createProgram(), []).filter((name) => name !== 'help')
  assert.deepEqual(Object.keys(table).toSorted(), commands.toSorted())
})

test('every operation of the admin API stands beside a command', () => {
  const named = Object.values(table).flatMap((one) => (one === 'alone' ? [] : one))
  assert.deepEqual([...new Set(named)].toSorted(), resources.map(({ id }) => id).toSorted())
})
