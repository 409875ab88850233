import { mkdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { canonicalJson } from '../../base/canonical-json.ts'
import { digest } from '../../base/digest.ts'
import { durationMs } from '../../base/duration.ts'
import { messageOf } from '../../base/fault.ts'
import { visibleText } from '../../base/visible-text.ts'
import { UnreachableError } from '../../qualification/index.ts'
import type { ConfigToolRun } from '../../schema/holdfast-config.ts'
import type { FreshAnswer } from '../../schema/model-answer.ts'
import type { Task } from '../../schema/task-set.ts'
import type { Answerer } from './answerer.ts'
import type { TriedTool } from './trial-target.ts'
import { toolName } from '../../schema/candidate-id.ts'
import { hasNoProgram, type LimitedRun, runLimited } from '../tasks/limited-child.ts'
import { withScratchFolder } from '../tasks/scratch-folder.ts'

/** A fallback of kind `tool`, as holdfast.yaml has it. */
export interface AskedTool extends Pick<TriedTool, 'model' | 'run'> {
  /** Folder of holdfast.yaml. */
  readonly folder: string
}

const limits = {
  answerBytes: 8 * 1024 * 1024,
  /** Analysers have many threads. */
  processesMax: 1024,
  fileMiB: 256,
  versionSeconds: 30,
  versionLengthMax: 200,
  problemLengthMax: 500,
} as const

/** What a tool that is asked leaves in its folder, beside the files of the task. */
const names = { files: 'files', request: 'request.json', answer: 'answer' } as const

/** As an answerer of tasks. What was lost with a process is run again: it costs nothing. */
export function toolAnswerer(asked: AskedTool): Answerer {
  let identity: Promise<string> | null = null
  return {
    answer: async (task) => {
      identity ??= toolIdentity(asked)
      return await askTool(asked, await identity, task)
    },
    find: async () => ({ kind: 'not-made' }),
  }
}

/**
 * What a verdict on a tool holds for: its version where it tells one, and how it is called. Another version, another
 * rule set named on its command line: another tool.
 */
export async function toolIdentity({ model, run, folder }: AskedTool): Promise<string> {
  const { version, ...called } = run
  const command = digest(canonicalJson(called)).slice('sha256:'.length, 'sha256:'.length + 12)
  const tool = toolName(model)
  if (version === undefined) return `${tool} (${command})`
  return await withScratchFolder({}, async (scratch) => {
    const ran = await runTool({ run, folder, scratch, words: version })
    if (ran.isOutOfTime || ran.code !== 0)
      throw new UnreachableError(`\`${tool}\` does not tell its version: ${endText(ran)}`)
    const told = visibleText(ran.stdout.text.trim().split('\n')[0] ?? '')
    return `${tool} ${told.slice(0, limits.versionLengthMax)} (${command})`
  })
}

/** Why a tool cannot be asked these tasks; null: it can. */
export function toolProblem(
  { model, run }: Pick<AskedTool, 'model' | 'run'>,
  tasks: readonly Task[],
): string | null {
  if (run.command.some((word) => word.includes('{request}'))) return null
  const bare = tasks.find(({ files }) => files === undefined)
  return bare === undefined
    ? null
    : `\`${toolName(model)}\` is run on files, and the task \`${bare.id}\` has no \`files\`; a command with \`{request}\` reads what is asked instead`
}

/**
 * Runs a tool on one task, in a folder and a process of its own with limits and without a network (see
 * `limited-child.ts`). An end in an error, or none in time, counts against it; throws `UnreachableError` where there is
 * no such program.
 */
export async function askTool(
  asked: AskedTool,
  identity: string,
  task: Task,
): Promise<FreshAnswer> {
  const startedAt = performance.now()
  const answer = await toolAnswer(asked, task).catch((error: unknown) => {
    throw new UnreachableError(`\`${toolName(asked.model)}\` cannot be run: ${messageOf(error)}`)
  })
  return {
    text: '',
    toolCalls: [],
    stop: null,
    category: null,
    servedModel: asked.model,
    providerModel: identity,
    route: null,
    request: null,
    usage: null,
    at: new Date().toISOString(),
    ms: performance.now() - startedAt,
    tries: 1,
    problem: null,
    ...answer,
  }
}

type ToolAnswer = Pick<FreshAnswer, 'outcome'> & Partial<FreshAnswer>

async function toolAnswer({ run, folder }: AskedTool, task: Task): Promise<ToolAnswer> {
  const { files = {}, id, request } = task
  const inside = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [`${names.files}/${path}`, text]),
  )
  const given = { ...inside, [names.request]: `${JSON.stringify({ id, ...request })}\n` }
  return await withScratchFolder(given, async (scratch) => {
    const ran = await runTool({ run, folder, scratch, words: run.command })
    if (hasNoProgram(ran)) throw new Error(endText(ran))
    if (ran.isOutOfTime)
      return { outcome: 'timed-out', problem: `no answer within ${run.timeout}`, stop: 'timeout' }
    const stop = `exit ${ran.code}`
    if (!run.exitCodes.includes(ran.code))
      return { outcome: 'crashed', stop, problem: endText(ran) }
    const written = run.command.some((word) => word.includes('{answer}'))
      ? await writtenAnswer(join(scratch, names.answer))
      : ran.stdout
    if (written === null)
      return { outcome: 'crashed', stop, problem: 'it has written no `{answer}`' }
    // Places are those of the task, whatever the folder was called.
    const text = written.text
      .replaceAll(`${join(scratch, names.files)}/`, '')
      .replaceAll(scratch, '')
    return written.isWhole
      ? { outcome: 'answered', stop, text }
      : { outcome: 'truncated', stop, text, problem: `more than ${limits.answerBytes} bytes` }
  })
}

async function writtenAnswer(
  path: string,
): Promise<{ readonly text: string; readonly isWhole: boolean } | null> {
  try {
    const { size } = await stat(path)
    return size > limits.answerBytes
      ? { text: '', isWhole: false }
      : { text: await readFile(path, 'utf8'), isWhole: true }
  } catch {
    return null
  }
}

async function runTool({
  run,
  folder,
  scratch,
  words,
}: {
  readonly run: ConfigToolRun
  readonly folder: string
  readonly scratch: string
  readonly words: readonly string[]
}): Promise<LimitedRun> {
  const places: Readonly<Record<string, string>> = {
    files: join(scratch, names.files),
    request: join(scratch, names.request),
    answer: join(scratch, names.answer),
    config: resolve(folder),
  }
  const filled = words.map((word) =>
    word.replaceAll(/\{(?<name>files|request|answer|config)\}/g, (_, name: string) =>
      String(places[name]),
    ),
  )
  const [program = '', ...rest] = filled
  // There, also where the task has no file.
  await mkdir(join(scratch, names.files), { recursive: true })
  return await runLimited({
    command: [program.includes('/') ? resolve(folder, program) : program, ...rest],
    folder: join(scratch, names.files),
    home: scratch,
    seconds: words === run.version ? limits.versionSeconds : durationMs(run.timeout) / 1000,
    memoryMiB: run.memoryMiB,
    processesMax: limits.processesMax,
    fileMiB: limits.fileMiB,
    outputBytes: limits.answerBytes,
    keeps: 'beginning',
  })
}

function endText({ code, isOutOfTime, stdout, stderr }: LimitedRun): string {
  const said = visibleText(
    (stderr.text.trim() || stdout.text.trim()).slice(-limits.problemLengthMax),
  )
  return `${isOutOfTime ? 'out of time' : `exit ${code}`}${said === '' ? '' : `: ${said}`}`
}
