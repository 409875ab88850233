import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Catalogue } from '../../schema/catalogue.ts'
import { HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { EntryBody } from '../../schema/ledger-entry.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { VerdictRecord } from '../../schema/verdict.ts'
import { registration } from '../../../test/qualification/sample-trial.ts'
import { readTaskSet } from '../tasks/read-task-set.ts'
import { endChangedVerdicts, type VerdictsToCheck } from './end-changed-verdicts.ts'
import { trialDigests, trialTasksFolder } from './trial-digests.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-changed-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const configPath = join(folder, 'holdfast.yaml')

const header = {
  schemaVersion: 1,
  id: 'sort-fruit',
  title: 'Which crate a fruit belongs in',
  task: 'extraction',
  system: 'Name the crate.',
  graders: [
    { grader: 'exact', ignoreCase: true },
    { grader: 'plug-in', module: 'crate.ts' },
  ],
}
const task = {
  id: 'ripe',
  request: { messages: [{ role: 'user', content: 'A ripe pear.' }] },
  expected: 'sell',
}

function writeSet(change: object = {}, changedTask: object = {}, module = 'export {}'): void {
  writeFileSync(join(folder, 'task-set.json'), JSON.stringify({ ...header, ...change }))
  writeFileSync(join(folder, 'tasks.jsonl'), JSON.stringify({ ...task, ...changedTask }))
  writeFileSync(join(folder, 'crate.ts'), module)
}

const source = { source: 'orchard', asOf: '2026-11-01' }
const pear = { id: 'pear/pear-2', name: 'Pear 2', aliases: [], snapshots: [], ...source }

function catalogueWith(lifecycle: readonly object[] = []): Catalogue {
  const models = [{ ...pear, lifecycle }]
  return { vendors: [{ id: 'pear', models }], providers: [] } as unknown as Catalogue
}

function configWith(route: object = {}, judge: object = {}): HoldfastConfig {
  return HoldfastConfig.parse({
    version: 1,
    organisation: { name: 'Orchard' },
    routes: [
      {
        id: 'pear-eu',
        provider: 'pear',
        protocol: 'openai-chat',
        baseUrl: 'https://pear.example/v1',
        credential: 'none',
        models: { 'pear/pear-2': 'pear-2' },
        ...route,
      },
      {
        id: 'apple-us',
        provider: 'apple',
        protocol: 'openai-chat',
        baseUrl: 'https://apple.example/v1',
        credential: 'none',
        models: { 'apple/apple-9': 'apple-9' },
      },
    ],
    workflows: [
      {
        id: 'sorting',
        task: 'extraction',
        model: 'apple/apple-9',
        fallbacks: ['pear/pear-2'],
        trial: { tasks: '.', margin: 0.05, marginReason: 'one crate in twenty' },
      },
    ],
    qualification: {
      key: 'env:KEY',
      judge: { model: 'plum/plum-1', route: 'apple-us', ...judge },
    },
  })
}

/** What a trial of another workflow found. */
function failed(
  key: Pick<VerdictRecord['key'], 'model' | 'route' | 'servedModel'>,
  decidedAt = '2026-11-20T00:00:00.000Z',
): VerdictRecord {
  const digest = `sha256:${'2'.repeat(64)}`
  const digests = { promptDigest: digest, toolsDigest: digest, gradersDigest: digest }
  return {
    schemaVersion: 1,
    trial: 'trial-0',
    key: { workflow: 'pressing', ...key, ...digests },
    verdict: 'NOT_QUALIFIED',
    decidedAt,
    validUntil: '2027-01-01T00:00:00.000Z',
    invalidatedBy: null,
  }
}

interface StoreChange {
  /** Further verdicts of the store. */
  readonly others?: readonly VerdictRecord[] | undefined
  /** The verdict is entered only after the store was asked for its verdicts so many times. */
  readonly enteredAfter?: number | undefined
}

/** A trial that was decided as things stood at first, and a store that holds nothing of it but this. */
async function decidedTrial({ others = [], enteredAfter = 0 }: StoreChange) {
  writeSet()
  const config = configWith()
  const tasksFolder = trialTasksFolder('.', configPath)
  const [pearRoute, appleRoute] = config.routes
  assert.ok(pearRoute && appleRoute)
  const digests = await trialDigests({
    config,
    catalogue: catalogueWith(),
    candidate: { model: 'pear/pear-2', route: pearRoute },
    incumbent: { model: 'apple/apple-9', route: appleRoute },
    tasks: await readTaskSet(tasksFolder),
    tasksFolder,
  })
  const trial = {
    id: 'trial-1',
    registrationDigest: `sha256:${'1'.repeat(64)}`,
    registration: registration({
      digests,
      judge: { model: 'plum/plum-1', servedModel: 'plum-1-0301' },
    }),
  } as unknown as TrialRecord
  let verdict: VerdictRecord = {
    schemaVersion: 1,
    trial: trial.id,
    key: {
      workflow: 'sorting',
      model: 'pear/pear-2',
      route: 'pear-eu',
      servedModel: 'pear-2-0601',
      promptDigest: digests.prompt,
      toolsDigest: digests.tools,
      gradersDigest: digests.graders,
    },
    verdict: 'QUALIFIED',
    decidedAt: '2026-11-01T00:00:00.000Z',
    validUntil: '2027-01-01T00:00:00.000Z',
    invalidatedBy: null,
  }
  let asked = 0
  const entered = (): readonly VerdictRecord[] => {
    asked += 1
    return asked > enteredAfter ? [verdict] : []
  }
  const store = {
    trials: { find: async (id: string) => (id === trial.id ? trial : null) },
    verdicts: {
      list: async () => [...others, ...entered()],
      listQualified: async () => entered().filter(({ invalidatedBy }) => invalidatedBy === null),
      invalidate: async (_trial: string, invalidatedBy: string) => {
        verdict = { ...verdict, invalidatedBy }
        return [verdict]
      },
    },
  } as unknown as VerdictsToCheck['store']
  return store
}

/** What ends the verdict, the weightiest first, after something is another; `problem` where nobody can say. */
async function endedBy(
  change: Partial<Pick<VerdictsToCheck, 'config' | 'catalogue'>> & StoreChange,
  changeFiles: () => void = () => undefined,
): Promise<readonly string[]> {
  const { others, enteredAfter, ...changed } = change
  const store = await decidedTrial({ others, enteredAfter })
  changeFiles()
  const entries: EntryBody[] = []
  const parts: VerdictsToCheck = {
    config: configWith(),
    configPath,
    catalogue: catalogueWith(),
    store,
    recorder: {
      recordAnyway: async (entry) => void entries.push(entry as EntryBody),
    },
    at: '2026-11-25T12:00:00.000Z',
    ...changed,
  }
  const { ended, unchecked } = await endChangedVerdicts(parts)
  const again = await endChangedVerdicts(parts)
  assert.equal(again.ended.length, 0, 'what has ended does not end twice')
  const [first] = ended
  assert.deepEqual(
    entries.map((entry) => entry.kind === 'trial' && [entry.change, entry.verdict?.invalidatedBy]),
    first === undefined ? [] : [['invalidated', first.changes[0]]],
  )
  return first?.changes ?? unchecked.map(({ problem }) => `problem: ${problem}`)
}

test('a verdict stands while everything is as it was tried', async () => {
  assert.deepEqual(await endedBy({}), [])
})

test('another snapshot of the model ends it', async () => {
  const key = { model: 'pear/pear-2', route: 'pear-eu' }
  const seen = (servedModel: string) => ({ others: [failed({ ...key, servedModel })] })
  assert.deepEqual(await endedBy(seen('pear-2-0601')), [])
  assert.deepEqual(await endedBy(seen('pear-2-1101')), ['model-snapshot-changed'])
})

test('a verdict that is entered while the store is read is not held against older answers', async () => {
  const key = { model: 'pear/pear-2', route: 'pear-eu', servedModel: 'pear-2-0301' }
  const others = [failed(key, '2026-10-01T00:00:00.000Z')]
  assert.deepEqual(await endedBy({ others, enteredAfter: 1 }), [])
})

test('other prompts, tools, graders and tasks end it', async () => {
  assert.deepEqual(await endedBy({}, () => writeSet({ system: 'Name the crate, please.' })), [
    'prompt-changed',
    'tasks-drifted',
  ])
  const tools = [{ name: 'weigh', parameters: { type: 'object' } }]
  assert.deepEqual(await endedBy({}, () => writeSet({ tools })), ['tools-changed', 'tasks-drifted'])
  assert.deepEqual(await endedBy({}, () => writeSet({ graders: [{ grader: 'exact' }] })), [
    'graders-changed',
    'tasks-drifted',
  ])
  assert.deepEqual(await endedBy({}, () => writeSet({}, { expected: 'press' })), ['tasks-drifted'])
  assert.deepEqual(await endedBy({}, () => writeSet({}, {}, 'export const other = 1')), [
    'graders-changed',
  ])
})

test('another judge ends it, and the same one under another name too', async () => {
  assert.deepEqual(await endedBy({ config: configWith({}, { model: 'fig/fig-1' }) }), [
    'judge-changed',
  ])
  const others = [failed({ model: 'plum/plum-1', route: 'apple-us', servedModel: 'plum-1-0901' })]
  assert.deepEqual(await endedBy({ others }), ['judge-changed'])
})

test('another route, price or policy of the provider ends it; another key or limit does not', async () => {
  const withRoute = (route: object) => endedBy({ config: configWith(route) })
  assert.deepEqual(await withRoute({ baseUrl: 'https://plum.example/v1' }), ['route-changed'])
  assert.deepEqual(await withRoute({ models: { 'pear/pear-2': 'pear-2-turbo' } }), [
    'route-changed',
  ])
  const price = { currency: 'EUR', inputPerMillion: 2, outputPerMillion: 8 }
  assert.deepEqual(await withRoute({ priceOverride: { 'pear/pear-2': price } }), ['prices-changed'])
  assert.deepEqual(await withRoute({ trainsOnInput: true }), ['policy-changed'])
  const restored = { kind: 'restored', on: '2026-11-20', ...source }
  assert.deepEqual(await endedBy({ catalogue: catalogueWith([restored]) }), ['policy-changed'])
  assert.deepEqual(await withRoute({ credential: 'env:OTHER', capacity: { concurrent: 2 } }), [])
})

test('where tasks or routes are gone nobody can say, and it stands', async () => {
  const config = configWith()
  const gone = { ...config, routes: config.routes.slice(1) }
  const [problem = ''] = await endedBy({ config: gone })
  assert.match(problem, /no route `pear-eu` any more/)
  const [unread = ''] = await endedBy({}, () => rmSync(join(folder, 'tasks.jsonl')))
  assert.match(unread, /problem: cannot read/)
})
