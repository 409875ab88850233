import { dirname, resolve } from 'node:path'
import { type MessagePort, parentPort } from 'node:worker_threads'
import * as z from 'zod'
import { Fault, type FaultDetails, messageOf } from '../../base/fault.ts'
import type { FaultCode } from '../../base/fault-codes.ts'
import { dataPath } from '../installation.ts'
import { withoutFolders } from './without-folder.ts'
import { families, type WorkOrder } from './works/families.ts'
import type { PrintedWork, Work } from './works/work.ts'

/** The thread in which the admin API does what takes long; see in-thread.ts. */

export type ThreadOutcome =
  /** JSON as it is answered; null: it was printed. */
  | { readonly text: string | null }
  | {
      readonly fault: { readonly code: FaultCode; readonly message: string } & Omit<
        FaultDetails,
        'cause'
      >
    }
  | { readonly failure: string }

/** With the input that it takes: the thread that ordered it has made sure. */
type AnyWork = Work<unknown, z.ZodType> | PrintedWork<unknown>

async function answer({
  family,
  name,
  input,
  configPath,
}: Omit<WorkOrder, 'isLast'>): Promise<ThreadOutcome> {
  const told = listenToNotes()
  const folders = [resolve(dirname(configPath)), resolve(dirname(dataPath()))]
  const shown = (told: string): string => withoutFolders(told, folders)
  try {
    const works = await families[family]()
    const found = new Map<string, unknown>(Object.entries(works)).get(name) as AnyWork | undefined
    if (found === undefined) throw new TypeError(`no work ${family} ${name}`)
    if ('print' in found) {
      await found.print(input, configPath)
      return { text: null }
    }
    const value = withNotices(found.answer, await found.run(input, configPath), told)
    return { text: shown(`${JSON.stringify(found.answer.parse(value))}\n`) }
  } catch (error) {
    if (!(error instanceof Fault)) return { failure: messageOf(error) }
    const { code, message, expected, advice, place, others } = error
    return {
      fault: {
        code,
        message: shown(message),
        expected: expected === undefined ? undefined : shown(expected),
        advice: advice === undefined ? undefined : shown(advice),
        place: place === undefined ? undefined : { ...place, path: shown(place.path) },
        others: others.map(shown),
      },
    }
  }
}

/** What a command would tell beside its result, line by line: the standard error of a thread is its own. */
function listenToNotes(): readonly string[] {
  const told: string[] = []
  const write = (text: string | Uint8Array): boolean => {
    const lines = String(text).split('\n')
    told.push(...lines.filter((line) => line.trim() !== ''))
    return true
  }
  process.stderr.write = write
  return told
}

function withNotices(schema: z.ZodType, value: unknown, told: readonly string[]): unknown {
  if (!(schema instanceof z.ZodObject) || !('notices' in schema.shape)) return value
  const { notices = [] } = value as { readonly notices?: readonly string[] }
  return { ...(value as object), notices: [...notices, ...told] }
}

if (parentPort !== null) {
  const port = parentPort
  port.on('message', (order: WorkOrder) => void serve(order, port))
}

async function serve({ isLast, ...order }: WorkOrder, port: MessagePort): Promise<void> {
  port.postMessage(await answer(order))
  if (isLast) port.close()
}
