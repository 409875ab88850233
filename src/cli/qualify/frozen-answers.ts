import { mkdir, open, readdir, rename } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { createHash, randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { compareText } from '../../base/compare.ts'
import { Fault, messageOf } from '../../base/fault.ts'
import { jsonOrNull } from '../../base/json-or-null.ts'
import { FrozenAnswer, FrozenHeader } from '../../schema/frozen-answers.ts'

/** Frozen answers beside holdfast.yaml, which nobody but their owner may read: they hold work. */
export interface FrozenFile {
  readonly path: string
  readonly header: FrozenHeader
}

const lineBytesMax = 64 * 1024 * 1024

export function frozenFolder(folder: string): string {
  return join(folder, '.holdfast', 'frozen')
}

/** Writes them whole or not at all. Gives back their place and their SHA-256. */
export async function writeFrozen(
  folder: string,
  header: FrozenHeader,
  answers: AsyncIterable<FrozenAnswer>,
): Promise<{ readonly path: string; readonly digest: string; readonly count: number }> {
  const path = join(frozenFolder(folder), `${header.trial}.jsonl`)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomUUID()}`
  const hash = createHash('sha256')
  const file = await open(draft, 'wx', 0o600)
  let count = 0
  try {
    const write = async (line: object): Promise<void> => {
      const text = `${JSON.stringify(line)}\n`
      hash.update(text)
      await file.write(text)
    }
    await write(header)
    for await (const answer of answers) {
      await write(answer)
      count += 1
    }
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  return { path, digest: `sha256:${hash.digest('hex')}`, count }
}

/** The newest frozen answers of a workflow's incumbent to a task set; null: there are none. */
export async function findFrozen(
  folder: string,
  wanted: Pick<FrozenHeader, 'workflow' | 'model' | 'taskSet'>,
): Promise<FrozenFile | null> {
  const names = await readdir(frozenFolder(folder)).catch(() => [])
  const found: FrozenFile[] = []
  for (const name of names.filter((one) => one.endsWith('.jsonl')).toSorted(compareText)) {
    const path = join(frozenFolder(folder), name)
    const { header } = await readHeader(path)
    const { workflow, model, taskSet } = header
    const isWanted =
      workflow === wanted.workflow && model === wanted.model && taskSet === wanted.taskSet
    if (isWanted) found.push({ path, header })
  }
  return found.toSorted((a, b) => compareText(a.header.until, b.header.until)).at(-1) ?? null
}

async function readHeader(path: string): Promise<{ readonly header: FrozenHeader }> {
  for await (const line of linesOf(path)) {
    const parsed = FrozenHeader.safeParse(jsonOrNull(line))
    if (parsed.success) return { header: parsed.data }
    break
  }
  throw frozenFault(path, 1, 'its first line is no header')
}

/** Answers one after the other, and at the end the SHA-256 of the file as it was read. */
export async function* readFrozen(path: string): AsyncGenerator<FrozenAnswer, string> {
  const hash = createHash('sha256')
  let number = 0
  for await (const line of linesOf(path)) {
    hash.update(`${line}\n`)
    number += 1
    if (number === 1) continue
    const parsed = FrozenAnswer.safeParse(jsonOrNull(line))
    if (!parsed.success) throw frozenFault(path, number, 'it is no answer')
    yield parsed.data
  }
  return `sha256:${hash.digest('hex')}`
}

async function* linesOf(path: string): AsyncGenerator<string> {
  try {
    const input = createReadStream(path, { encoding: 'utf8' })
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.length > lineBytesMax) throw new RangeError('a line is too long')
      yield line
    }
  } catch (error) {
    throw frozenFault(path, null, messageOf(error))
  }
}

function frozenFault(path: string, line: number | null, problem: string): Fault {
  return new Fault('HF_TRIAL_UNREADY', `frozen answers cannot be read: ${problem}`, {
    place: line === null ? { path } : { path, line },
    expected: 'a file that `holdfast qualify freeze` has written',
    advice: 'take the file away and freeze anew, while the incumbent still answers',
  })
}
