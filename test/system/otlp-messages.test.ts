import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { TraceState } from '@opentelemetry/core'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { spansOf } from '../../src/cli/traces/call-spans.ts'
import { otlpRequestOf } from '../support/otlp-messages.ts'
import { madeAttempt, madeCall } from '../support/traced-call.ts'
import { root, temporaryFolder } from './holdfast.ts'

/** What the receiver of our tests reads with protobufjs, read by OpenTelemetry's package for Python as well. */

const folder = temporaryFolder()

function run(command: string, words: readonly string[], input = '') {
  return spawnSync(command, words, { input, encoding: 'utf8', timeout: 120_000 })
}

/** A Python with the package; a text: why there is none. */
function installedPython(): { readonly path: string } | string {
  const made = run('python3', ['-m', 'venv', folder])
  if (made.status !== 0) return `no virtual environment of Python: ${made.stderr}`
  const path = join(folder, 'bin/python')
  const words = ['-m', 'pip', 'install', '--quiet', '--no-input', 'opentelemetry-proto']
  const installed = run(path, words)
  return installed.status === 0
    ? { path }
    : `pip cannot install opentelemetry-proto: ${installed.stderr.slice(-500)}`
}

test("OpenTelemetry's package for Python reads the same spans", (context) => {
  const python = installedPython()
  if (typeof python === 'string') return context.skip(python)
  const attempts = [
    madeAttempt({
      outcome: 'failed',
      failure: { class: 'overload', code: null, status: 503 },
    }),
    madeAttempt({
      span: 'c9c7c989f97918e2',
      outcome: 'served',
      writtenModel: 'fäble-2',
      producedAt: 1_780_000_000_123,
      usage: { input: 3_000_000_000, output: 8, cacheRead: 7, cacheWrite: 0, reasoning: null },
      stop: { reason: 'stop', raw: 'end_turn' },
    }),
  ]
  const call = madeCall({
    attempts,
    isStream: true,
    parent: {
      trace: '4bf92f3577b34da6a3ce929d0e0e4736',
      span: '00f067aa0ba902b7',
      isSampled: true,
    },
    traceState: new TraceState('acme=1').serialize(),
  })
  const resource = resourceFromAttributes({ 'service.name': 'holdfast' })
  const origin = { resource, instrumentationScope: { name: 'holdfast', version: '0' } }
  const bytes = ProtobufTraceSerializer.serializeRequest([...spansOf(call, origin)])
  assert.ok(bytes !== undefined)
  const body = Buffer.from(bytes)
  const script = join(root, 'test/support/otlp_messages.py')
  const read = run(python.path, [script], `${body.toString('base64')}\n`)
  assert.equal(read.status, 0, read.stderr)
  const theirs = JSON.parse(read.stdout) as object
  // Fields that hold nothing are written by one of them and left out by the other.
  assert.deepEqual(withoutNothing(otlpRequestOf(body)), withoutNothing(theirs))
})

/** Without 0 as a count or a code, and without objects that are empty then. */
function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNothing)
  if (typeof value !== 'object' || value === null) return value
  const pairs = Object.entries(value)
    .map(([key, held]) => [key, withoutNothing(held)] as const)
    .filter(([key, held]) => !(held === 0 && /Count$|^code$/.test(key)) && !isEmpty(held))
  return Object.fromEntries(pairs)
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
