import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  acmeRegister,
  hostileRegister,
  jurisdictions,
} from '../../../test/fixtures/report/register.ts'
import type { Register } from '../../schema/register.ts'
import { cycloneDx17Format, cycloneDxFormat } from './cyclonedx.ts'

interface Component {
  readonly type: string
  readonly 'bom-ref': string
  readonly group?: string
  readonly name: string
  readonly scope?: string
  readonly isExternal?: boolean
  readonly evidence?: {
    readonly occurrences: readonly { readonly location: string; readonly line: number }[]
    readonly callstack?: { readonly frames: readonly { readonly line: number }[] }
  }
  readonly properties?: readonly { readonly name: string; readonly value: string }[]
}

interface Bom {
  readonly serialNumber: string
  readonly metadata: { readonly timestamp?: string; readonly component: Component }
  readonly components: readonly Component[]
  readonly services: readonly {
    readonly 'bom-ref': string
    readonly endpoints?: readonly string[]
  }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
  readonly compositions: readonly { readonly aggregate: string }[]
}

function bomOf(register: Register, format = cycloneDxFormat): Bom {
  return JSON.parse(format.render(register, { jurisdictions })) as Bom
}

test('a model is one component with all places of its use as evidence', () => {
  const model = bomOf(acmeRegister).components.find(
    (one) => one['bom-ref'] === 'model:anthropic/claude-fable-5',
  )
  assert.equal(model?.group, 'anthropic')
  assert.equal(model?.name, 'claude-fable-5')
  assert.deepEqual(
    model?.evidence?.occurrences.map((one) => one.line),
    [12, 88],
  )
  assert.deepEqual(
    model?.evidence?.callstack?.frames.map((one) => one.line),
    [12, 3, 8, 2],
  )
})

test('what CycloneDX has no field for stands in properties of our namespace', () => {
  const model = bomOf(acmeRegister).components.find(
    (one) => one['bom-ref'] === 'model:openai/text-embedding-4',
  )
  const value = (name: string): string | undefined =>
    model?.properties?.find((one) => one.name === `continuity:${name}`)?.value
  assert.equal(value('fallback.status'), 'same-jurisdiction')
  assert.equal(value('fallback.ref'), 'model:google/gemini-embedding-2')
  assert.equal(value('jurisdiction.provider'), 'US')
  assert.equal(value('task'), 'embedding')
  assert.equal(value('migration.effort'), 'low')
})

test('every reference of the graph is an element, and every bom-ref is given once', () => {
  for (const register of [acmeRegister, hostileRegister]) {
    const bom = bomOf(register)
    const refs = [
      bom.metadata.component['bom-ref'],
      ...bom.components.map((one) => one['bom-ref']),
      ...bom.services.map((one) => one['bom-ref']),
    ]
    assert.equal(new Set(refs).size, refs.length)
    const fallbackRefs = bom.components.flatMap((one) =>
      (one.properties ?? []).filter((item) => item.name === 'continuity:fallback.ref'),
    )
    for (const { value } of fallbackRefs) assert.ok(refs.includes(value), value)
    for (const edge of bom.dependencies) {
      for (const ref of [edge.ref, ...edge.dependsOn]) assert.ok(refs.includes(ref), ref)
    }
  }
})

test('the graph goes from repository to service to model', () => {
  const { dependencies } = bomOf(acmeRegister)
  const next = (ref: string): readonly string[] =>
    dependencies.find((edge) => edge.ref === ref)?.dependsOn ?? []
  const services = next('repository:acme/reviewer')
  assert.ok(services.every((ref) => ref.startsWith('service:')))
  assert.ok(services.flatMap(next).includes('model:anthropic/claude-fable-5'))
})

test('coverage is never claimed to be complete', () => {
  assert.deepEqual(
    bomOf(acmeRegister).compositions.map((one) => one.aggregate),
    ['incomplete'],
  )
})

test('the serial number follows from the content, and no time is told unasked', () => {
  const bom = bomOf(acmeRegister)
  assert.equal(bomOf(structuredClone(acmeRegister)).serialNumber, bom.serialNumber)
  assert.notEqual(bomOf({ ...acmeRegister, root: 'elsewhere' }).serialNumber, bom.serialNumber)
  assert.equal(bom.metadata.timestamp, undefined)
})

test('1.7 says which models come from outside', () => {
  const { components } = bomOf(acmeRegister, cycloneDx17Format)
  const external = (ref: string): boolean | undefined =>
    components.find((one) => one['bom-ref'] === ref)?.isExternal
  assert.equal(external('model:anthropic/claude-fable-5'), true)
  assert.equal(external('model:alibaba/qwen3-32b'), false)
})
