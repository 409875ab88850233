import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastConfig } from '../../../schema/holdfast-config.ts'
import { confirmSchedules, scheduledWorkflows } from './scheduled-workflows.ts'

const now = Date.parse('2026-11-25T12:00:00Z')

function configWith(trial: object, more: object = {}): HoldfastConfig {
  const route = { provider: 'self', protocol: 'openai-chat', credential: 'none' }
  return HoldfastConfig.parse({
    version: 1,
    organisation: { name: 'Orchard' },
    routes: [
      { ...route, id: 'apple', baseUrl: 'http://127.0.0.1:1/v1', models: { 'apple/apple-9': 'a' } },
      { ...route, id: 'pear', baseUrl: 'http://127.0.0.1:1/v1', models: { 'pear/pear-2': 'p' } },
    ],
    workflows: [
      {
        id: 'sorting',
        task: 'extraction',
        model: 'apple/apple-9',
        fallbacks: ['pear/pear-2'],
        trial: { tasks: 't', margin: 0.05, marginReason: 'one in twenty', ...trial },
        ...more,
      },
    ],
    qualification: { key: 'env:KEY', budget: { amount: 5, currency: 'EUR' } },
  })
}

function problemOf(config: HoldfastConfig): string | null {
  try {
    confirmSchedules(config, now)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

test('a workflow with a schedule is tried again with all its candidates; others never are', () => {
  assert.deepEqual(scheduledWorkflows(configWith({})), [])
  const [found] = scheduledWorkflows(configWith({ schedule: { before: '14d' } }))
  assert.deepEqual([found?.id, [...(found?.candidates ?? [])]], ['sorting', ['pear/pear-2@pear']])
})

test('a schedule that cannot be kept is refused with its reason', () => {
  assert.equal(problemOf(configWith({ schedule: { cron: '0 3 * * 0' } })), null)
  assert.equal(problemOf(configWith({ schedule: { before: '14d' } })), null)
  assert.match(problemOf(configWith({ schedule: { cron: '0 25 * * *' } })) ?? '', /hour: 25/)
  const spring = { schedule: { before: '30d' } }
  assert.equal(problemOf(configWith(spring)), null)
  assert.match(
    problemOf(configWith(spring, { criticality: 'critical' })) ?? '',
    /as long as a verdict counts \(30d\)/,
  )
  assert.match(problemOf(configWith({ ...spring, validFor: '7d' })) ?? '', /\(7d\)/)
  const { qualification, ...rest } = configWith(spring)
  assert.ok(qualification)
  assert.match(
    problemOf({ ...rest, qualification: { ...qualification, budget: undefined } }) ?? '',
    /without a budget/,
  )
})

test('a schedule has either a rule or a time before the end', () => {
  assert.throws(() => configWith({ schedule: {} }), /either `cron` or `before`/)
  assert.throws(
    () => configWith({ schedule: { cron: '0 3 * * 0', before: '14d' } }),
    /either `cron` or `before`/,
  )
})
