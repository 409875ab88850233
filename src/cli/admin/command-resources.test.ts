import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
import { createProgram } from '../program.ts'
import { resources } from './resources.ts'

/** Why nothing asks a running gateway for what a command does. */
interface Alone {
  readonly alone: string
}

/** It reads files that whoever asks has, and the server has not. */
const filesOfCaller: Alone = {
  alone: 'it works on files of whoever runs it, which a server must not open by name',
}
/** A gap that is known: the command does it beside a running server, on files and store that the server watches. */
const notYet: Alone = {
  alone: 'no resource does it yet; the command works beside a running server and is seen by it',
}

/** Which operations of the admin API do what a command does, or why none does. */
const table: Readonly<Record<string, readonly string[] | Alone>> = {
  audit: notYet,
  'audit diff': {
    alone: 'it compares two registers that whoever asks has; nothing of the server takes part',
  },
  init: { alone: 'it writes the first holdfast.yaml, without which no server runs' },
  simulate: ['simulate'],
  remedy: ['findRemedies'],
  sovereignty: ['assessSovereignty'],
  'catalogue show': ['showCatalogue'],
  'catalogue update': ['layOverlay'],
  'rules list': ['listRules'],
  'rules test': filesOfCaller,
  'directive list': ['listDirectives'],
  'directive show': ['showDirective'],
  'directive check': ['checkDirective'],
  'directive test': ['testDirective'],
  'directive add': ['addDirective'],
  'directive lift': ['liftDirective'],
  'directive review': ['reviewDirective'],
  'policy show': ['showPolicy', 'showPolicySchema'],
  'policy check': ['checkPolicy'],
  'policy decide': ['decidePolicy', 'listModelsOfPrincipal'],
  'policy snapshot': ['signSnapshot'],
  'policy verify': ['verifySnapshot'],
  serve: ['getStatus', 'reload', 'describeApi'],
  check: ['checkAll'],
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
  'tasks import': filesOfCaller,
  'tasks check': notYet,
  'tasks list': notYet,
  'tasks show': notYet,
  'usage import': notYet,
  'usage list': notYet,
  'usage show': notYet,
  'usage forget': notYet,
  timeline: ['showTimeline'],
  'ledger verify': ['verifyLedger'],
  'qualify calibrate': notYet,
  'qualify guardrail run': notYet,
  'qualify guardrail show': notYet,
  'qualify plan': notYet,
  'qualify run': notYet,
  'qualify freeze': notYet,
  'qualify status': notYet,
  'qualify schedule': notYet,
  'qualify show': notYet,
  'qualify compare': notYet,
  'tasks capture keys': notYet,
  'tasks capture list': notYet,
  'tasks capture show': notYet,
  'tasks capture export': notYet,
  'ledger search': ['searchDecisions'],
  'ledger export': ['exportLedger'],
  'ledger checkpoint': ['takeCheckpoints'],
  'ledger hold': ['placeHold', 'listHolds'],
  'ledger release': ['releaseHold'],
  'ledger prune': ['pruneLedger'],
  'ledger keys init': {
    alone:
      'it makes private keys, which belong into the hands of whoever keeps them, over no network',
  },
  'ledger keys rotate': {
    alone:
      'no process may write to the ledger meanwhile, and holdfast.yaml has to name the new key after it',
  },
  'ledger keys destroy-period': ['destroyPeriod', 'listHolds'],
  'store status': ['getStatus'],
  'store migrate': notYet,
  'store backup': notYet,
  'store restore': { alone: 'a running server cannot replace its own store under itself' },
  'store move': { alone: 'a running server cannot replace its own store under itself' },
  completion: { alone: 'it prints words for a shell, and knows of no server' },
}

function commandsThatAct(command: Command, above: readonly string[]): readonly string[] {
  return command.commands.flatMap((one) => {
    const words = [...above, one.name()]
    const below = commandsThatAct(one, words)
    const isGroup = below.length > 0 && one.name() !== 'audit'
    return isGroup ? below : [words.join(' '), ...below]
  })
}

test('every command has its operation of the admin API, or says why it has none', async () => {
  const commands = commandsThatAct(await createProgram(), []).filter((name) => name !== 'help')
  assert.deepEqual(Object.keys(table).toSorted(), commands.toSorted())
  for (const [command, one] of Object.entries(table))
    if ('alone' in one) assert.match(one.alone, /^\S+( \S+){5,}$/, `${command} does not say why`)
    else assert.ok(one.length > 0, command)
})

test('every operation of the admin API stands beside a command', () => {
  const named = Object.values(table).flatMap((one) => ('alone' in one ? [] : one))
  assert.deepEqual([...new Set(named)].toSorted(), resources.map(({ id }) => id).toSorted())
})
