import { createPublicKey, type KeyObject } from 'node:crypto'
import { join, resolve } from 'node:path'
import { Fault } from '../../base/fault.ts'
import { jsonOrNull } from '../../base/json-or-null.ts'
import { openMessage, recipientOf } from '../../ledger/index.ts'
import { CapturedTask, SealedTask } from '../../schema/captured-task.ts'
import { readPrivateKey } from '../read-key.ts'
import { keptFiles, sealedText } from './captured-folder.ts'

export interface OpenedTasks {
  readonly tasks: readonly CapturedTask[]
  /** Sealed for another key. */
  readonly ofOtherKeys: number
  /** Damaged, or of no form that is known. */
  readonly damaged: number
  /** Key that opened them. */
  readonly recipient: string
}

/** The private half, as `env:NAME`, `file:PATH` or a path. */
export async function ownersKey(reference: string): Promise<KeyObject> {
  return await readPrivateKey(
    {
      reference: /^(?:env|file):/.test(reference) ? reference : `file:${resolve(reference)}`,
      folder: '.',
      name: '--key',
    },
    'x25519',
  )
}

/** All that is kept of a workflow and opens under the key, the oldest first. */
export function openCaptured(root: string, workflow: string, key: KeyObject): OpenedTasks {
  const folder = join(root, workflow)
  const recipient = recipientOf(createPublicKey(key))
  const tasks: CapturedTask[] = []
  let [ofOtherKeys, damaged] = [0, 0]
  const files = keptFiles(folder)
  for (const file of files) {
    const text = sealedText(folder, file)
    // It was removed meanwhile.
    if (text === null) continue
    const sealed = SealedTask.safeParse(jsonOrNull(text))
    if (sealed.success && sealed.data.recipient !== recipient) ofOtherKeys += 1
    else {
      const task = sealed.success ? openedTask(sealed.data, key, workflow) : null
      if (task === null) damaged += 1
      else tasks.push(task)
    }
  }
  if (tasks.length > 0) return { tasks, ofOtherKeys, damaged, recipient }
  throw files.length === 0
    ? new Fault('HF_TASKS_UNKNOWN', `nothing is captured of the workflow \`${workflow}\``, {
        expected: 'a workflow that `holdfast tasks capture list` names',
      })
    : new Fault('HF_KEY_INVALID', `\`--key\` opens none of the ${files.length} captured tasks`, {
        expected: 'the private half of the key that `capture.key` named when they were captured',
      })
}

/** Null: it was changed, or lies where another workflow's should. */
function openedTask(
  { recipient, sealed }: SealedTask,
  key: KeyObject,
  workflow: string,
): CapturedTask | null {
  const content = openMessage({ recipient, sealed }, key)
  if (content === null) return null
  const read = CapturedTask.safeParse(jsonOrNull(content.toString('utf8')))
  return read.success && read.data.workflow === workflow ? read.data : null
}
