import { gatewayKeys, ledgerKeys } from './gateway-world.ts'

/** A workflow with two candidates, each over a route of its own, and tasks whose answers the provider is told. */
export interface TrialWorldOptions {
  /** Of an upstream that speaks `openai-chat`, without a path. */
  readonly upstream: string
  readonly tasks?: number
  readonly trial?: Readonly<Record<string, unknown>>
  readonly workflow?: Readonly<Record<string, unknown>>
  readonly qualification?: Readonly<Record<string, unknown>>
  readonly graders?: readonly object[]
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
  const { upstream, tasks = 60, trial, workflow, qualification, graders, more } = options
  const keys = ledgerKeys()
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
      ...more,
    },
    files: { ...keys.files, ...taskFiles(tasks, graders) },
  }
}

/** Each task has a number of its own, which the prompt tells the provider to say. */
function taskFiles(
  count: number,
  graders: readonly object[] = [{ grader: 'exact' }],
): Readonly<Record<string, string>> {
  const tasks = Array.from({ length: count }, (_, index) => ({
    id: `t${index}`,
    request: {
      messages: [
        { role: 'user', content: `Number ${index}? [[say: ${saidOf(index)}]] [[case: t${index}]]` },
      ],
      parameters: { maxOutputTokens: 50 },
    },
    expected: saidOf(index),
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

export const callerKey = gatewayKeys.HOLDFAST_TEST_CLEARED
