import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  acmeRegister,
  dependency,
  gap,
  largeRegister,
  occurrence,
} from '../../../test/fixtures/report/register.ts'
import type { Register } from '../../schema/register.ts'
import { GapKind } from '../../schema/vocabulary.ts'
import { sarifFormat } from './sarif.ts'

interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
  readonly results: readonly {
    readonly ruleId: string
    readonly ruleIndex: number
    readonly level: string
    readonly locations: readonly {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string }
        readonly region: { readonly startLine: number }
      }
    }[]
    readonly partialFingerprints: { readonly primaryLocationLineHash: string }
    readonly relatedLocations?: readonly unknown[]
    readonly codeFlows?: readonly {
      readonly threadFlows: readonly { readonly locations: readonly Place[] }[]
    }[]
  }[]
  readonly invocations: readonly {
    readonly executionSuccessful: boolean
    readonly toolExecutionNotifications: readonly { readonly descriptor: { readonly id: string } }[]
  }[]
  readonly originalUriBaseIds: Readonly<Record<string, { readonly uri?: string }>>
  readonly versionControlProvenance: readonly {
    readonly repositoryUri: string
    readonly mappedTo: { readonly uriBaseId: string }
  }[]
}

interface Place {
  readonly location: {
    readonly physicalLocation: { readonly region: { readonly startLine: number } }
  }
}

function runOf(register: Register): Run {
  const log = JSON.parse(sarifFormat.render(register, {})) as { readonly runs: readonly Run[] }
  return log.runs[0] ?? assert.fail('no run')
}

test('each occurrence of a use or declaration, and each gap with a place, is one result', () => {
  const { results, tool } = runOf(acmeRegister)
  const places = acmeRegister.dependencies
    .filter((one) => one.role === 'use' || one.role === 'declare')
    .flatMap((one) => one.occurrences)
  const gaps = acmeRegister.gaps.filter((one) => one.path !== null)
  assert.equal(results.length, places.length + gaps.length)
  for (const result of results) {
    assert.equal(tool.driver.rules[result.ruleIndex]?.id, result.ruleId)
    assert.equal(result.locations.length, 1)
  }
})

test('every kind of gap has a rule', () => {
  const ids = runOf(acmeRegister).tool.driver.rules.map((rule) => rule.id)
  for (const kind of GapKind.options) assert.ok(ids.includes(`gap-${kind}`), kind)
})

test('a code flow goes from where the model is written to where it is used', () => {
  const flow = runOf(acmeRegister).results.find((one) => one.codeFlows !== undefined)
  const lines = flow?.codeFlows?.[0]?.threadFlows[0]?.locations.map(
    (one) => one.location.physicalLocation.region.startLine,
  )
  assert.deepEqual(lines, [2, 8, 3, 12])
  assert.equal(flow?.relatedLocations?.length, 3)
})

test('fingerprints hold no line: moving code changes none, and twins stay apart', () => {
  const at = (...lines: readonly number[]): readonly string[] =>
    runOf({
      ...acmeRegister,
      gaps: [],
      dependencies: [
        dependency({ id: 'd', occurrences: lines.map((line) => occurrence({ line })) }),
      ],
    }).results.map((one) => one.partialFingerprints.primaryLocationLineHash)
  assert.deepEqual(at(12, 20), at(300, 310))
  assert.equal(new Set(at(12, 20)).size, 2)
})

test('a repository below the audited folder has a base of its own', () => {
  const run = runOf(acmeRegister)
  assert.deepEqual(
    run.versionControlProvenance.map((one) => [one.repositoryUri, one.mappedTo.uriBaseId]),
    [
      ['ssh://github.com/acme/reviewer.git', '%SRCROOT%'],
      ['https://github.com/acme/search.git', 'REPOSITORY_2'],
    ],
  )
  assert.equal(run.originalUriBaseIds['REPOSITORY_2']?.uri, 'vendor/search/')
})

test('skipped files, gaps without a place and a stopped audit become notifications', () => {
  const run = runOf({
    ...acmeRegister,
    partial: true,
    gaps: [gap({ kind: 'stale', workflow: 'gone', path: null, line: null })],
  })
  const ids = run.invocations[0]?.toolExecutionNotifications.map((one) => one.descriptor.id)
  assert.deepEqual(ids, ['partial', 'gap-stale', 'file-skipped', 'file-skipped'])
  assert.equal(run.invocations[0]?.executionSuccessful, false)
})

test('a run holds at most 25,000 results and says how many it leaves out', () => {
  const run = runOf(largeRegister(24_000))
  assert.equal(run.results.length, 25_000)
  assert.ok(run.results[0]?.ruleId.startsWith('gap-'))
  assert.equal(run.invocations[0]?.toolExecutionNotifications[0]?.descriptor.id, 'results-left-out')
})
