import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { gatewayKeys, ledgerKeys } from './gateway-world.ts'

/** The same for all worlds of a process: files of a world may be written again. */
const keys = ledgerKeys()

/** A workflow with two candidates, each over a route of its own, and tasks whose answers the provider is told. */
export interface TrialWorldOptions {
  /** Of an upstream that speaks `openai-chat`, without a path. */
  readonly upstream: string
  readonly tasks?: number
  /** Between two tokens of an answer. */
  readonly paceMs?: number
  readonly trial?: Readonly<Record<string, unknown>>
  readonly workflow?: Readonly<Record<string, unknown>>
  readonly qualification?: Readonly<Record<string, unknown>>
  readonly graders?: readonly object[]
  /** Directives in force. */
  readonly load?: readonly string[]
  readonly more?: Readonly<Record<string, unknown>>
}

export const incumbent = 'oak/oak-9'
export const goodCandidate = 'birch/birch-2'
export const badCandidate = 'cedar/cedar-1'

const prices = { currency: 'EUR', inputPerMillion: 1, outputPerMillion: 4 }

export function trialWorld(options: TrialWorldOptions): {
  readonly config: Readonly<Record<string, unknown>>
  readonly files: Readonly<Record<string, string>>
} {
  const {
    upstream,
    tasks = 60,
    trial,
    workflow,
    qualification,
    graders,
    load,
    more,
    paceMs = 0,
  } = options
  const route = (id: string, ...models: readonly string[]) => ({
    id,
    provider: 'self',
    protocol: 'openai-chat',
    baseUrl: `${upstream}/v1`,
    credential: 'none',
    region: 'de',
    models: Object.fromEntries(models.map((model) => [model, model.split('/')[1]])),
    priceOverride: Object.fromEntries(models.map((model) => [model, prices])),
  })
  return {
    config: {
      version: 1,
      organisation: { name: 'Test' },
      routes: [
        route('yard', incumbent, 'judge/judge-5'),
        route('north', goodCandidate),
        route('south', badCandidate),
      ],
      workflows: [
        {
          id: 'count',
          task: 'other',
          audience: ['staff'],
          model: incumbent,
          fallbacks: [badCandidate, goodCandidate],
          requireQualified: true,
          trial: {
            tasks: 'tasks/count',
            margin: 0.1,
            marginReason: 'one number in ten may be wrong for a while',
            ...trial,
          },
          ...workflow,
        },
        { id: 'judging', task: 'evaluation', audience: ['staff'], model: 'judge/judge-5' },
      ],
      groups: { staff: {} },
      principals: [
        {
          id: 'cleared',
          kind: 'person',
          key: 'env:HOLDFAST_TEST_CLEARED',
          class: 'not-foreign-person',
          groups: ['staff'],
        },
      ],
      eligibility: { definition: 'us-ear-772.1', reviewedBy: 'counsel', legalBasis: 'test' },
      ledger: keys.ledger,
      qualification: { key: 'env:HOLDFAST_TEST_CLEARED', ...qualification },
      ...(load === undefined ? {} : { directives: { load } }),
      ...more,
    },
    files: { ...keys.files, ...taskFiles(tasks, paceMs, graders) },
  }
}

/** Each task has a number of its own, which the prompt tells the provider to say. */
function taskFiles(
  count: number,
  paceMs: number,
  graders: readonly object[] = [{ grader: 'exact' }],
): Readonly<Record<string, string>> {
  const tasks = Array.from({ length: count }, (_, index) => ({
    id: `t${index}`,
    request: {
      messages: [
        {
          role: 'user',
          content: `Number ${index}? [[say: ${saidOf(index)}]] [[case: t${index}]] [[pace: ${paceMs}]]`,
        },
      ],
      parameters: { maxOutputTokens: 50 },
    },
    expected: saidOf(index),
    ...(index < 5 ? { knownGood: [saidOf(index)], knownBad: ['none'] } : {}),
  }))
  return {
    'tasks/count/task-set.json': JSON.stringify({
      schemaVersion: 1,
      id: 'count',
      title: 'Numbers',
      task: 'other',
      licence: 'proprietary',
      provenance: { kind: 'synthetic' },
      graders,
    }),
    'tasks/count/tasks.jsonl': tasks.map((task) => `${JSON.stringify(task)}\n`).join(''),
  }
}

function saidOf(index: number): string {
  return `number-${index * 7}`
}

/** Runs `holdfast qualify …` beside this process, so that providers of the test can answer meanwhile. */
export async function qualify(
  folder: string,
  words: readonly string[],
): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  // Only here: it brings the test runner, whose summary a benchmark must not print.
  const { startHoldfast } = await import('../system/holdfast.ts')
  const child = startHoldfast(['qualify', ...words], folder)
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)]
  await once(child, 'close')
  return { status: child.exitCode, stdout: await stdout, stderr: await stderr }
}

/** Asks for work of the workflow as its users do. */
export async function askCount(
  gateway: string,
  model: string,
): Promise<{ readonly status: number; readonly served: string | null }> {
  const response = await fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${gatewayKeys.HOLDFAST_TEST_CLEARED}`,
      'content-type': 'application/json',
      'holdfast-workflow': 'count',
    },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Number? [[say: 1]]' }] }),
  })
  await response.text()
  return { status: response.status, served: response.headers.get('holdfast-served-model') }
}

/** A directive that takes a model from everybody. */
export function suspension(id: string, model: string): string {
  return `id: ${id}
title: Test order
instrument: regulation
issuer: xx/test
authority: [Test Act 1]
publication: published
source: { url: https://authority.example/order, retrieved: 2026-11-01 }
effect: forbid
scope: { models: [${model}], routes: all, persons: all, definition: us-ear-772.1 }
status:
  - { at: 2026-01-01T00:00:00Z, is: effective, source: { url: https://authority.example/order, retrieved: 2026-11-01 } }
review: { state: unverified, by: null, at: null }
`
}
