import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { stringify } from 'yaml'
import { HoldfastConfig } from '../schema/holdfast-config.ts'
import { checkSchedules } from './check-schedules.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-schedules-'))
after(() => rmSync(folder, { recursive: true }))

const sound = {
  tasks: 'tasks/apples',
  margin: 0.1,
  marginReason: 'one in ten',
  schedule: { cron: '0 3 * * 0', timeZone: 'Europe/Berlin' },
}
const prices = { currency: 'EUR', inputPerMillion: 1, outputPerMillion: 4 }

interface Change {
  readonly trial?: object
  readonly workflow?: object
  readonly qualification?: object | undefined
  readonly route?: object
}

async function found({
  trial,
  workflow,
  qualification,
  route,
}: Change): Promise<readonly string[]> {
  const own = { provider: 'self', protocol: 'openai-chat', credential: 'none', ...route }
  const routeTo = (id: string, model: string) => ({
    id,
    baseUrl: 'http://127.0.0.1:1/v1',
    models: { [model]: id },
    priceOverride: { [model]: prices },
    ...own,
  })
  const config = {
    version: 1,
    organisation: { name: 'Orchard' },
    routes: [routeTo('apple', 'apple/apple-9'), routeTo('pear', 'pear/pear-2')],
    workflows: [
      {
        id: 'sorting',
        task: 'extraction',
        model: 'apple/apple-9',
        fallbacks: ['pear/pear-2'],
        trial: { ...sound, ...trial },
        ...workflow,
      },
    ],
    qualification: { key: 'env:KEY', budget: { amount: 5, currency: 'EUR' }, ...qualification },
  }
  const path = join(folder, 'holdfast.yaml')
  writeFileSync(path, stringify(config))
  const findings = await checkSchedules(HoldfastConfig.parse(config), path)
  assert.ok(findings.every(({ area }) => area === 'trials'))
  return findings.map(({ severity, message }) => `${severity}: ${message}`)
}

function writeTasks(name: string, graders: readonly object[]): void {
  const place = join(folder, 'tasks', name, 'task-set.json')
  mkdirSync(dirname(place), { recursive: true })
  const header = { schemaVersion: 1, id: name, title: 'Fruit', task: 'extraction', graders }
  writeFileSync(place, JSON.stringify(header))
  const tasks = Array.from({ length: 60 }, (_, index) =>
    JSON.stringify({
      id: `t${index}`,
      request: { messages: [{ role: 'user', content: `Fruit ${index}?` }] },
      expected: 'apple',
    }),
  )
  writeFileSync(join(dirname(place), 'tasks.jsonl'), `${tasks.join('\n')}\n`)
}

writeTasks('apples', [{ grader: 'exact' }])
writeTasks('judged', [{ grader: 'judge', rubric: 'It is a fruit.' }])

test('a schedule that can be kept is told with its next time', async () => {
  const [only, ...others] = await found({})
  assert.match(only ?? '', /^note: `sorting` is tried again at \d{4}-\S+Z: all candidates$/)
  assert.deepEqual(others, [])
  assert.deepEqual(await found({ trial: { schedule: { before: '14d' } } }), [
    'note: `sorting` is tried again by itself once a person has qualified a candidate',
  ])
})

test('without a schedule nothing is said', async () => {
  assert.deepEqual(await found({ trial: { schedule: undefined, tasks: 'tasks/none' } }), [])
})

test('a rule that cannot be kept and a budget that is not there are problems', async () => {
  const bad = await found({
    trial: { schedule: { cron: '0 25 * * *' } },
    qualification: { budget: undefined },
  })
  assert.equal(bad.length, 2)
  assert.match(bad[0] ?? '', /^problem: the schedule of workflow `sorting`: .*hour: 25/)
  assert.equal(bad[1], 'problem: workflow `sorting` has a schedule without a budget')
  const often = await found({ trial: { schedule: { cron: '*/5 * * * *' } } })
  assert.deepEqual(often, [
    'problem: the schedule of workflow `sorting`: it comes more than once an hour',
  ])
})

test('tasks that are not there, and graders without what they need, are problems', async () => {
  const [gone] = await found({ trial: { tasks: 'tasks/none' } })
  assert.match(gone ?? '', /^problem: there is no task set/)
  const [unjudged] = await found({ trial: { tasks: 'tasks/judged' } })
  assert.match(unjudged ?? '', /^problem: sorting: pear\/pear-2@pear: graders ask for a judge/)
})

test('a workflow without a candidate, or without a model, is a problem', async () => {
  const [nobody] = await found({ workflow: { fallbacks: [] } })
  assert.equal(nobody, 'problem: nothing in holdfast.yaml is to be tried')
  const [unnamed] = await found({ workflow: { model: undefined } })
  assert.equal(unnamed, 'problem: workflow `sorting` names no `model`')
})

test('a budget that nobody can keep is a problem, and one that is too small a warning', async () => {
  const [unpriced] = await found({ route: { priceOverride: {} } })
  assert.match(
    unpriced ?? '',
    /^problem: the budget of `sorting: pear\/pear-2@pear` cannot be kept/,
  )
  const [small] = await found({
    qualification: { budget: { amount: 0.000_001, currency: 'EUR' } },
  })
  assert.match(
    small ?? '',
    /^warning: sorting: pear\/pear-2@pear: a trial costs about .* would stop/,
  )
})
