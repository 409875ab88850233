import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { Fault, messageOf } from '../../base/fault.ts'
import { jsonOrNull } from '../../base/json-or-null.ts'
import { type PhrasingSet, readPhrasings } from '../../qualification/index.ts'
import { PhrasingSetHeader } from '../../schema/phrasing-set.ts'
import { dataPath } from '../installation.ts'

const names = { header: 'phrasing-set.json', tasks: 'phrasings.jsonl' } as const
const bytesMax = 16 * 2 ** 20

/** A folder that was named, or a set that ships with holdfast by its id. One bad line refuses it. */
export async function readPhrasingSet(name: string): Promise<PhrasingSet> {
  const folder = folderOf(name)
  const headerPath = join(folder, names.header)
  const header = PhrasingSetHeader.safeParse(jsonOrNull(await limitedText(headerPath)))
  if (!header.success)
    throw new Fault('HF_TASKS_INVALID', z.prettifyError(header.error).split('\n')[0] ?? '', {
      place: { path: headerPath },
      expected: 'schema/phrasing-set.schema.json',
    })
  const path = join(folder, names.tasks)
  const { tasks, problems } = readPhrasings(await limitedText(path))
  const [first, ...others] = problems
  if (first === undefined && tasks.length > 0) return { header: header.data, tasks }
  throw new Fault('HF_TASKS_INVALID', first?.problem ?? 'there is no task in it', {
    place: { path, ...(first === undefined ? {} : { line: first.line }) },
    expected: 'one task a line: schema/phrased-task.schema.json',
    others: others.slice(0, 10).map(({ line, problem }) => `${path}:${line} ${problem}`),
  })
}

function folderOf(name: string): string {
  if (existsSync(join(name, names.header))) return name
  const shipped = dataPath('guardrail', name)
  if (/^[\w.-]+$/.test(name) && existsSync(join(shipped, names.header))) return shipped
  throw new Fault('HF_TASKS_INVALID', `there is no set of phrasings \`${name}\``, {
    expected: `a folder with \`${names.header}\`, or \`defensive-work\`, which ships with holdfast`,
  })
}

async function limitedText(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > bytesMax) throw new Error(`it has more than ${bytesMax} bytes`)
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Fault('HF_TASKS_INVALID', `cannot read \`${path}\`: ${messageOf(error)}`, {
      cause: error,
    })
  }
}
