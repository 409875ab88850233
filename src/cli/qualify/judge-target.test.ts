import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { judgeProblem, judgeTarget } from './judge-target.ts'

function world(
  judge: object | null,
  data: { readonly tried?: object; readonly judging?: object } = {},
) {
  const config = HoldfastConfig.parse({
    version: 1,
    organisation: { name: 'Test' },
    routes: [
      {
        id: 'rack',
        provider: 'self',
        protocol: 'openai-chat',
        baseUrl: 'http://127.0.0.1:1/v1',
        credential: 'none',
        models: { 'a/old': 'old', 'j/judge': 'judge' },
      },
    ],
    workflows: [
      { id: 'work', task: 'code-review', model: 'a/old', data: data.tried ?? {} },
      { id: 'judging', task: 'evaluation', model: 'j/judge', data: data.judging ?? {} },
    ],
    qualification: { key: 'env:KEY', ...(judge === null ? {} : { judge }) },
  })
  const [tried] = config.workflows
  assert.ok(tried)
  return [config, tried] as const
}

const judge = { model: 'j/judge', route: 'rack', workflow: 'judging' }

test('a judge is asked as a workflow that may use it', () => {
  assert.equal(judgeTarget(...world(judge))?.workflow, 'judging')
  assert.equal(judgeTarget(...world(null)), null)
  const { workflow: _workflow, ...bare } = judge
  assert.match(judgeProblem(...world(bare)) ?? '', /neither model nor fallback of workflow `work`/)
  assert.match(judgeProblem(...world({ ...judge, workflow: 'no' })) ?? '', /no workflow `no`/)
  assert.match(judgeProblem(...world({ ...judge, model: 'x/y' })) ?? '', /no route `rack` leads/)
  assert.throws(() => judgeTarget(...world(bare)), /HF_TRIAL_UNREADY|neither model/)
})

test('work reaches nothing through its judge that it may not reach itself', () => {
  const problem = (tried: object, judging: object) =>
    judgeProblem(...world(judge, { tried, judging })) ?? ''
  assert.match(problem({ allowedJurisdictions: ['DE'] }, {}), /looser `data.allowedJurisdictions`/)
  assert.match(
    problem({ allowedJurisdictions: ['DE'] }, { allowedJurisdictions: ['us'] }),
    /looser/,
  )
  assert.match(problem({ maxRetentionDays: 0 }, { maxRetentionDays: 30 }), /maxRetentionDays/)
  assert.match(problem({ training: 'never' }, {}), /training/)
  const strict = { allowedJurisdictions: ['de'], maxRetentionDays: 0, training: 'never' }
  assert.equal(
    problem({ allowedJurisdictions: ['DE', 'FR'], maxRetentionDays: 7, training: 'never' }, strict),
    '',
  )
})
