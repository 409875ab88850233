import { createHmac } from 'node:crypto'
import type { CapturedCall } from '../../gateway/index.ts'
import { codecs, type JsonObject, parseExact } from '../../protocols/index.ts'
import {
  beginningOf,
  createRedactor,
  recordedAnswer,
  redactionRules,
  taskOfCall,
} from '../../qualification/index.ts'
import { CapturedTask, type LeftOut } from '../../schema/captured-task.ts'
import type { WorkflowCapture } from './capture-settings.ts'

/** A request that is longer makes a task that nobody reviews. */
const requestBytesMax = 2 * 2 ** 20

/** What is kept of a call: everything that is no task, or of persons, ends here, before anything is written. */
export function capturedContent(
  call: CapturedCall,
  { workflow, rate, pseudonymKey, names }: WorkflowCapture,
): CapturedTask {
  const kept = {
    schemaVersion: 1,
    workflow,
    day: new Date(call.at).toISOString().slice(0, 10),
    rate,
  } as const
  const leftOut = (reason: LeftOut): CapturedTask => ({
    ...kept,
    content: { kind: 'left-out', reason },
  })
  if (call.request.byteLength > requestBytesMax) return leftOut('too-long')
  const read = readTask(call)
  if ('leftOut' in read) return leftOut(read.leftOut)
  const redactor = createRedactor(pseudonymKey, { names })
  const clean = redactor.value({ request: read.request, answer: recordedAnswer(call.answer) })
  const left = createRedactor(pseudonymKey, { names })
  left.value(clean)
  if (Object.keys(left.counts()).length > 0) return leftOut('not-clean')
  const whole = CapturedTask.safeParse({
    ...kept,
    content: {
      kind: 'task',
      cluster: clusterOf(pseudonymKey, call.cluster ?? beginningOf(read.request)),
      ...clean,
      model: call.model,
      providerModel: call.providerModel,
      outcome: call.outcome,
      redacted: redactor.counts(),
      rules: redactionRules,
    },
  })
  return whole.success ? whole.data : leftOut('unreadable')
}

function readTask(call: CapturedCall): ReturnType<typeof taskOfCall> {
  const codec = codecs[call.protocol]
  try {
    const body = parseExact(Buffer.from(call.request).toString('utf8')) as JsonObject
    return codec === undefined ? { leftOut: 'unreadable' } : taskOfCall(codec.readRequest(body))
  } catch {
    return { leftOut: 'unreadable' }
  }
}

/** The same text gives the same cluster, and a cluster does not give its text. */
function clusterOf(key: Uint8Array, text: string): string {
  return `c-${createHmac('sha256', key).update(`cluster\0${text}`).digest('hex').slice(0, 16)}`
}
