import { hash, hkdfSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Fault } from '../../base/fault.ts'
import { pseudonymKeyBytesMin } from '../../ledger/index.ts'
import type { ConfigCapture, HoldfastConfig } from '../../schema/holdfast-config.ts'
import { readPublicKey, readSecretBytes } from '../read-key.ts'
import { whyNot } from '../why-not.ts'
import { capturedRoot, type KeptLimits } from './captured-folder.ts'

/** How calls of one workflow are captured, its keys and names read. */
export interface WorkflowCapture extends KeptLimits {
  readonly workflow: string
  readonly rate: number
  /** PEM, so that a thread can be given it. */
  readonly publicKey: string
  /** Under which values become pseudonyms, and conversations clusters. */
  readonly pseudonymKey: Uint8Array
  /** By which calls are drawn. */
  readonly drawKey: string
  readonly names: readonly string[]
}

export interface CaptureSettings {
  readonly root: string
  readonly workflows: readonly WorkflowCapture[]
}

const namesBytesMax = 4 * 2 ** 20

/** `folder`: of holdfast.yaml. Throws where a key or a file of names is missing: what was to be taken out would lie there. */
export async function captureSettings(
  folder: string,
  config: HoldfastConfig,
): Promise<CaptureSettings> {
  const capturing = config.workflows.filter(({ capture }) => capture !== undefined)
  const workflows: WorkflowCapture[] = []
  for (const { id, capture } of capturing) {
    if (capture === undefined) continue
    const secret = await pseudonymSecret(config, folder, id)
    const derived = (use: string) =>
      new Uint8Array(hkdfSync('sha256', secret, '', `holdfast capture ${use} of ${id}`, 32))
    workflows.push({
      workflow: id,
      rate: capture.rate,
      publicKey: await publicKeyOf(capture, folder, id),
      pseudonymKey: derived('pseudonyms'),
      drawKey: Buffer.from(derived('sample')).toString('hex'),
      names: await namesOf(capture, folder, id),
      tasksMax: capture.tasksMax,
      bytesMax: capture.bytesMax,
      days: capture.days,
    })
  }
  return { root: capturedRoot(folder), workflows }
}

/** All uses of what is captured stand in the ledger, and pseudonyms hang on one of its keys: without it nothing is. */
async function pseudonymSecret(
  { ledger }: HoldfastConfig,
  folder: string,
  workflow: string,
): Promise<Buffer> {
  if (ledger?.digestKey !== undefined)
    return await readSecretBytes(
      { reference: ledger.digestKey, folder, name: 'ledger.digestKey' },
      pseudonymKeyBytesMin,
    )
  throw new Fault(
    'HF_KEY_INVALID',
    `workflow \`${workflow}\` captures tasks, and there is no \`ledger.digestKey\``,
    {
      expected:
        'a ledger: pseudonyms hang on its key, and every use of the tasks is recorded in it',
      advice: '`holdfast ledger keys init` makes all keys of one; docs/guide/tasks.md',
    },
  )
}

async function publicKeyOf({ key }: ConfigCapture, folder: string, workflow: string) {
  const name = `workflows.${workflow}.capture.key`
  const publicKey = await readPublicKey({ reference: key, folder, name }, 'x25519')
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

async function namesOf(
  { names }: ConfigCapture,
  folder: string,
  workflow: string,
): Promise<readonly string[]> {
  if (names === undefined) return []
  try {
    const text = await readFile(resolve(folder, names), 'utf8')
    if (text.length > namesBytesMax) throw new Error(`it has more than ${namesBytesMax} bytes`)
    return text.split('\n').flatMap((line) => {
      const name = line.trim()
      return name === '' || name.startsWith('#') ? [] : [name]
    })
  } catch (error) {
    throw new Fault(
      'HF_FILE_READ',
      `\`workflows.${workflow}.capture.names\`: cannot read \`${names}\`: ${whyNot(error)}`,
      { expected: 'a text with one name a line', cause: error },
    )
  }
}

/** A share between 0 and 1 of its own for each call, which nobody can foretell and the owner of the key can check. */
export function drawOf(drawKey: string, call: string): number {
  return hash('sha256', drawKey + call, 'buffer').readUIntBE(0, 6) / 2 ** 48
}
