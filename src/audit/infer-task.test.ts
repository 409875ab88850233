import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inferTask, type TaskEvidence } from './infer-task.ts'

const nothing: TaskEvidence = {
  told: null,
  context: 'production',
  path: 'src/main.py',
  symbol: '',
  hints: [],
  isEmbeddingModel: false,
}

test('an embedding model is used for embedding, whatever stands around it', () => {
  assert.equal(
    inferTask({ ...nothing, isEmbeddingModel: true, hints: ['review the code'] }).task,
    'embedding',
  )
})

test('a product made for one task tells it', () => {
  assert.equal(
    inferTask({ ...nothing, told: 'code-review', path: 'support/x.yaml' }).task,
    'code-review',
  )
})

test('words near the call win over its symbol, and its symbol over the path', () => {
  const evidence = { ...nothing, path: 'services/support/app.py', symbol: 'summarise_ticket' }
  assert.equal(inferTask({ ...evidence, hints: ['Triage this incident'] }).task, 'incident-triage')
  assert.equal(inferTask(evidence).task, 'summarisation')
  assert.equal(inferTask({ ...evidence, symbol: 'run' }).task, 'support')
})

test('names in camel case and snake case are read as words', () => {
  assert.equal(inferTask({ ...nothing, symbol: 'reviewPullRequest' }).task, 'code-review')
  assert.equal(inferTask({ ...nothing, symbol: 'extract_invoice' }).task, 'extraction')
})

test('security work is told from plain review', () => {
  assert.equal(
    inferTask({ ...nothing, hints: ['Review this diff for vulnerabilities'] }).task,
    'vulnerability-assessment',
  )
})

test('without any sign the task is other, and the reason says so', () => {
  const { task, reason } = inferTask({ ...nothing, path: 'src/lib/thing.py' })
  assert.equal(task, 'other')
  assert.match(reason, /nothing/)
})
