import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { compareText } from '../base/compare.ts'
import { Fault, messageOf } from '../base/fault.ts'
import { VerdictRecord } from '../schema/verdict.ts'

export interface ReadVerdicts {
  readonly records: readonly VerdictRecord[]
  readonly notices: readonly string[]
}

/** Those beside holdfast.yaml and those named; a bad file beside it is told, a bad one that was named is a fault. */
export async function readVerdicts(
  folder: string,
  named: readonly string[],
): Promise<ReadVerdicts> {
  const own = join(folder, '.holdfast', 'verdicts')
  const names = await readdir(own).catch(() => [])
  const records: VerdictRecord[] = []
  const notices: string[] = []
  for (const name of names.filter((one) => one.endsWith('.json')).toSorted(compareText)) {
    try {
      records.push(...(await readVerdictFile(join(own, name))))
    } catch (error) {
      notices.push(`${messageOf(error)}; what it shows does not count`)
    }
  }
  for (const path of named) records.push(...(await readVerdictFile(path)))
  return { records, notices }
}

const VerdictFile = z.union([VerdictRecord.transform((one) => [one]), z.array(VerdictRecord)])

async function readVerdictFile(path: string): Promise<readonly VerdictRecord[]> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw verdictFault(path, messageOf(error))
  }
  const parsed = VerdictFile.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] =
    (Array.isArray(value) ? z.array(VerdictRecord) : VerdictRecord).safeParse(value).error
      ?.issues ?? []
  throw verdictFault(path, `${issue?.path.join('.')}: ${issue?.message}`)
}

function verdictFault(path: string, problem: string): Fault {
  return new Fault('HF_VERDICT_INVALID', `\`${path}\` is no verdict: ${problem}`, {
    place: { path },
    expected: 'a verdict record, or a list of them, as in schema/verdict.schema.json',
  })
}
