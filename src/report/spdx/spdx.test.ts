import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  acmeRegister,
  hostileRegister,
  jurisdictions,
} from '../../../test/fixtures/report/register.ts'
import type { ReportOptions } from '../report-format.ts'
import { spdxFormat } from './spdx.ts'

type Element = Readonly<Record<string, unknown>> & {
  readonly type: string
  readonly spdxId?: string
}

function graphOf(register = acmeRegister, options: ReportOptions = {}): readonly Element[] {
  const text = spdxFormat.render(register, { jurisdictions, ...options })
  return (JSON.parse(text) as { readonly '@graph': readonly Element[] })['@graph']
}

/** What the AI profile asks of each package beyond the JSON schema. */
const mandatory = [
  'name',
  'suppliedBy',
  'software_downloadLocation',
  'software_packageVersion',
  'software_primaryPurpose',
  'releaseTime',
]

test('every AI package has all that the AI profile makes mandatory', () => {
  for (const register of [acmeRegister, hostileRegister]) {
    const graph = graphOf(register)
    const packages = graph.filter((one) => one.type === 'ai_AIPackage')
    assert.ok(packages.length > 0)
    for (const one of packages) {
      for (const name of mandatory) assert.equal(typeof one[name], 'string', name)
      for (const type of ['hasConcludedLicense', 'hasDeclaredLicense']) {
        const licences = graph.filter(
          (other) => other['relationshipType'] === type && other['from'] === one.spdxId,
        )
        assert.equal(licences.length, 1, type)
      }
    }
  }
})

test('every id that is referred to is an element of the document, given once', () => {
  for (const register of [acmeRegister, hostileRegister]) {
    const graph = graphOf(register)
    const ids = graph.flatMap((one) => one.spdxId ?? [])
    assert.equal(new Set(ids).size, ids.length)
    const known = new Set(ids)
    for (const one of graph) {
      const to = (one['to'] ?? one['element'] ?? []) as readonly string[]
      const from = one['from'] ?? one['suppliedBy'] ?? one['software_snippetFromFile']
      for (const id of [...to, ...(typeof from === 'string' ? [from] : [])]) {
        assert.ok(known.has(id), id)
      }
    }
  }
})

test('a model has the lines of its use as evidence', () => {
  const graph = graphOf()
  const model = graph.find((one) => one['name'] === 'claude-fable-5')
  const evidence = graph.find(
    (one) => one['relationshipType'] === 'hasEvidence' && one['from'] === model?.spdxId,
  )
  const snippets = graph.filter((one) =>
    ((evidence?.['to'] ?? []) as readonly string[]).includes(one.spdxId ?? ''),
  )
  assert.deepEqual(
    snippets.map((one) => one['software_lineRange']),
    [12, 88].map((line) => ({
      type: 'PositiveIntegerRange',
      beginIntegerRange: line,
      endIntegerRange: line,
    })),
  )
})

test('a time of release that is not known is said to be unknown, and a known one is given', () => {
  const release = (options: ReportOptions): Element | undefined =>
    graphOf(acmeRegister, options).find((one) => one['name'] === 'claude-fable-5')
  assert.match(String(release({})?.['comment']), /not known/)
  const known = release({ modelReleases: { 'anthropic/claude-fable-5': '2026-02-03' } })
  assert.equal(known?.['releaseTime'], '2026-02-03T00:00:00Z')
  assert.equal(known?.['comment'], undefined)
})

test('times are in whole seconds', () => {
  const [creation] = graphOf(acmeRegister, { timestamp: '2026-11-24T12:00:00.123Z' })
  assert.equal(creation?.['created'], '2026-11-24T12:00:00Z')
})
