import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { compareText } from '../../base/compare.ts'
import type { SealedTask } from '../../schema/captured-task.ts'

/** Of what is kept: a file a task, whose name tells when it was made, how long it is kept and how large it is. */
export interface KeptFile {
  readonly name: string
  /** Milliseconds, out of the UUIDv7 that its name begins with. */
  readonly at: number
  /** First day on which it is gone, `YYYY-MM-DD`. */
  readonly until: string
  readonly bytes: number
}

export interface KeptLimits {
  readonly tasksMax: number
  readonly bytesMax: number
  readonly days: number
}

export const dayMs = 86_400_000

/** A process that was killed leaves its unfinished file behind: nobody writes at one for so long. */
const unfinishedMs = 600_000

const namePattern =
  /^(?<id>[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})\.(?<until>\d{4}-\d\d-\d\d)\.(?<bytes>\d{1,12})\.json$/

export function capturedRoot(configFolder: string): string {
  return join(configFolder, '.holdfast', 'captured')
}

/** Workflows of which something is kept, configured or not. */
export function capturedWorkflows(root: string): readonly string[] {
  return namesIn(root).filter((name) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
}

/** The oldest first. */
export function keptFiles(folder: string): readonly KeptFile[] {
  return namesIn(folder)
    .flatMap((name): readonly KeptFile[] => {
      const parts = namePattern.exec(name)?.groups
      if (parts === undefined) return []
      const { id = '', until = '', bytes = '0' } = parts
      const at = Number.parseInt(id.replace('-', '').slice(0, 12), 16)
      return [{ name, at, until, bytes: Number(bytes) }]
    })
    .toSorted((a, b) => compareText(a.name, b.name))
}

/** Writes one whole or not at all, after making room for it. Throws what the disk says. */
export function keepTask(
  folder: string,
  task: SealedTask,
  limits: KeptLimits & { readonly id: string; readonly now: number },
): void {
  const text = JSON.stringify(task)
  const bytes = Buffer.byteLength(text)
  if (bytes > limits.bytesMax) return
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  removeOld(folder, { ...limits, room: { tasks: 1, bytes } })
  const until = new Date(limits.now + limits.days * dayMs).toISOString().slice(0, 10)
  const path = join(folder, `${limits.id}.${until}.${bytes}.json`)
  const unfinished = `${path}.part`
  try {
    writeFileSync(unfinished, text, { mode: 0o600 })
    renameSync(unfinished, path)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

/** Removes what is past its day, and the oldest of what is too much. How many there were. */
export function removeOld(
  folder: string,
  limits: KeptLimits & {
    readonly now: number
    readonly room?: { readonly tasks: number; readonly bytes: number }
  },
): number {
  const { now, tasksMax, bytesMax, days, room = { tasks: 0, bytes: 0 } } = limits
  const today = new Date(now).toISOString().slice(0, 10)
  const files = keptFiles(folder)
  let tasks = files.length + room.tasks
  let bytes = files.reduce((sum, one) => sum + one.bytes, room.bytes)
  let removed = 0
  for (const { name, at, until, bytes: own } of files) {
    const isOld = until <= today || at < now - days * dayMs
    if (!isOld && tasks <= tasksMax && bytes <= bytesMax) continue
    rmSync(join(folder, name), { force: true })
    tasks -= 1
    bytes -= own
    removed += 1
  }
  removeUnfinished(folder, now)
  return removed
}

function removeUnfinished(folder: string, now: number): void {
  for (const name of namesIn(folder)) {
    if (!name.endsWith('.part')) continue
    const path = join(folder, name)
    const state = statSync(path, { throwIfNoEntry: false })
    if (state !== undefined && state.mtimeMs < now - unfinishedMs) rmSync(path, { force: true })
  }
}

/** As it lies there; null: it is no such file, or gone meanwhile. */
export function sealedText(folder: string, { name }: KeptFile): string | null {
  try {
    return readFileSync(join(folder, name), 'utf8')
  } catch {
    return null
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
