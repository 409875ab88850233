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
const privateKeys: Alone = {
  alone:
    'it makes private keys, which belong into the hands of whoever keeps them, over no network',
}
const keyOfOwner: Alone = {
  alone:
    'it opens what was captured with the private key of its owner, which a server must never have',
}

/** Which operations of the admin API do what a command does, or why none does. */
const table: Readonly<Record<string, readonly string[] | Alone>> = {
  audit: ['startAudit', 'showRun', 'getRunResult', 'endRun'],
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
  'tasks check': ['checkTaskSets'],
  'tasks list': ['listTaskSets'],
  'tasks show': ['showTaskSet', 'showTask'],
  'usage import': ['importUsage'],
  'usage list': ['listUsageImports'],
  'usage show': ['showUsage'],
  'usage forget': ['forgetUsage'],
  timeline: ['showTimeline'],
  'ledger verify': ['verifyLedger'],
  'qualify calibrate': ['calibrateJudge', 'showRun', 'getRunResult', 'endRun'],
  'qualify guardrail run': ['measureGuardrail', 'showRun', 'getRunResult', 'endRun'],
  'qualify guardrail show': ['showGuardrail'],
  'qualify plan': ['planTrials'],
  'qualify run': ['startTrials', 'listRuns', 'showRun', 'getRunResult', 'endRun'],
  'qualify freeze': ['freezeAnswers', 'showRun', 'getRunResult', 'endRun'],
  'qualify status': ['getQualification'],
  'qualify schedule': ['showSchedule'],
  'qualify show': ['showTrial'],
  'qualify compare': ['compareTrials'],
  'tasks capture keys': privateKeys,
  'tasks capture list': ['listCaptures'],
  'tasks capture show': keyOfOwner,
  'tasks capture export': keyOfOwner,
  'ledger search': ['searchDecisions'],
  'ledger export': ['exportLedger'],
  'ledger checkpoint': ['takeCheckpoints'],
  'ledger hold': ['placeHold', 'listHolds'],
  'ledger release': ['releaseHold'],
  'ledger prune': ['pruneLedger'],
  'ledger keys init': privateKeys,
  'ledger keys rotate': {
    alone:
      'no process may write to the ledger meanwhile, and holdfast.yaml has to name the new key after it',
  },
  'ledger keys destroy-period': ['destroyPeriod', 'listHolds'],
  'store status': ['getStatus'],
  'store migrate': ['migrateStore'],
  'store backup': ['backUpStore'],
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
