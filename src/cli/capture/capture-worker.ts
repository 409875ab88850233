import { createPublicKey, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { messageOf } from '../../base/fault.ts'
import { uuidv7OfHex } from '../../base/uuidv7.ts'
import type { CapturedCall } from '../../gateway/index.ts'
import { sealMessage } from '../../ledger/index.ts'
import type { FromCaptureThread, ToCaptureThread } from './capture-message.ts'
import type { CaptureSettings } from './capture-settings.ts'
import { capturedContent } from './captured-content.ts'
import { capturedWorkflows, keepTask, removeOld } from './captured-folder.ts'

/**
 * Makes tasks of calls beside the traffic: reads, redacts, encrypts and writes them. Nothing waits for it, and whatever
 * fails here costs a task, never a request.
 */

/** How often it is looked whether something is past its day. */
const lookMs = 600_000
const hourMs = 3_600_000

let settings: CaptureSettings | null = null
let problem: string | null = null

function tell(message: FromCaptureThread): void {
  parentPort?.postMessage(message)
}

function tellProblem(next: string | null): void {
  if (next !== problem) tell({ kind: 'problem', problem: next })
  problem = next
}

function keep(call: CapturedCall): void {
  const own = settings?.workflows.find(({ workflow }) => workflow === call.workflow)
  // It was drawn before the configuration changed.
  if (settings === null || own === undefined) return
  const content = Buffer.from(JSON.stringify(capturedContent(call, own)))
  const now = Date.now()
  // No finer than the hour: the ledger tells who asked at an instant.
  const id = uuidv7OfHex(now - (now % hourMs), randomBytes(10).toString('hex'))
  const sealed = sealMessage(content, createPublicKey(own.publicKey))
  keepTask(
    join(settings.root, own.workflow),
    { schemaVersion: 1, kind: 'captured-task', ...sealed },
    { ...own, id, now },
  )
}

/** Also of workflows that capture no more: theirs are kept as long as was said when they were taken. */
function removePast(): void {
  if (settings === null) return
  const { root, workflows } = settings
  for (const name of capturedWorkflows(root)) {
    const own = workflows.find(({ workflow }) => workflow === name)
    removeOld(join(root, name), { ...(own ?? asWasSaid), now: Date.now() })
  }
}

const asWasSaid = { tasksMax: Infinity, bytesMax: Infinity, days: 36_500 }

function safely(work: () => void): void {
  try {
    work()
    tellProblem(null)
  } catch (error) {
    tellProblem(messageOf(error))
  }
}

const looking = setInterval(() => safely(removePast), lookMs)

parentPort?.on('message', (message: ToCaptureThread) => {
  if (message.kind === 'settings') {
    settings = message.settings
    return safely(removePast)
  }
  if (message.kind === 'call') {
    safely(() => keep(message.call))
    return tell({ kind: 'done', bytes: message.call.request.byteLength })
  }
  clearInterval(looking)
  parentPort?.close()
})
