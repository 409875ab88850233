import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { compareText } from '../base/compare.ts'
import { Fault, messageOf } from '../base/fault.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import { VerdictRecord } from '../schema/verdict.ts'
import { lazyStore, storeSettings } from './open-store.ts'
import { whyNot } from './why-not.ts'

export interface ReadVerdicts {
  readonly records: readonly VerdictRecord[]
  readonly notices: readonly string[]
}

/** Those of the store, and those of files; a store that is away is told. */
export async function allVerdicts(
  config: Pick<HoldfastConfig, 'store'> | null,
  configPath: string,
  named: readonly string[],
): Promise<ReadVerdicts> {
  const files = await readVerdicts(dirname(configPath), named)
  const lazy = lazyStore(storeSettings(config, configPath))
  try {
    const store = await lazy.ifThere()
    const stored = store === null ? [] : await store.verdicts.list()
    return { ...files, records: [...files.records, ...stored] }
  } catch (error) {
    const notice = `verdicts of the store do not count, since it cannot be read: ${messageOf(error)}`
    return { ...files, notices: [...files.notices, notice] }
  } finally {
    await lazy.close()
  }
}

/** Those beside holdfast.yaml and those named; a bad file beside it is told, a bad one that was named is a fault. */
export async function readVerdicts(
  folder: string,
  named: readonly string[],
): Promise<ReadVerdicts> {
  const own = join(folder, '.holdfast', 'verdicts')
  const records: VerdictRecord[] = []
  const notices: string[] = []
  const names = await readdir(own).catch((error: unknown) => {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!isAbsent)
      notices.push(`cannot read \`${own}\`: ${whyNot(error)}; its verdicts do not count`)
    return []
  })
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
