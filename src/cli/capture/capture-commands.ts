import { generateKeyPairSync } from 'node:crypto'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { canonicalJson } from '../../base/canonical-json.ts'
import { digest } from '../../base/digest.ts'
import { Fault } from '../../base/fault.ts'
import { visibleText } from '../../base/visible-text.ts'
import type { CapturedTask } from '../../schema/captured-task.ts'
import type { ConfigWorkflow, HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { EntryBody } from '../../schema/ledger-entry.ts'
import { loadConfig } from '../load-config.ts'
import { actorOf } from '../record-actor.ts'
import { recordKeeper } from '../record-keeper.ts'
import { answersFile, confirmNoSet, writeTaskSet } from '../tasks/write-task-set.ts'
import { headerFile } from '../tasks/read-task-set.ts'
import { keyFolder, writeKey } from '../write-key.ts'
import { printOut } from '../write-output.ts'
import {
  capturedRoot,
  capturedWorkflows,
  type KeptFile,
  keptFiles,
  removeOld,
} from './captured-folder.ts'
import { capturedSet, type CapturedSet } from './captured-set.ts'
import { openCaptured, ownersKey } from './open-captured.ts'

const keyFiles = { publicHalf: 'tasks-public.pem', privateHalf: 'tasks-private.pem' } as const

/** `holdfast tasks capture keys`: a pair for the owner of the tasks, and what to write in holdfast.yaml. */
export async function captureKeys(flags: { readonly directory: string }): Promise<void> {
  const folder = await keyFolder(flags.directory)
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  await writeKey(
    join(folder, keyFiles.publicHalf),
    publicKey.export({ type: 'spki', format: 'pem' }),
  )
  await writeKey(
    join(folder, keyFiles.privateHalf),
    privateKey.export({ type: 'pkcs8', format: 'pem' }),
  )
  const place = relative(process.cwd(), join(folder, keyFiles.publicHalf))
  await printOut(`    capture:\n      rate: 0.01\n      key: file:${place}\n`)
  process.stderr.write(
    `two keys are in ${flags.directory}; write the lines above in a workflow of holdfast.yaml\n` +
      `hand ${keyFiles.privateHalf} to whoever owns the tasks and delete it here: it opens what is captured\n`,
  )
}

interface ConfigFlags {
  readonly config: string
}

/** `holdfast tasks capture list`: how much is kept, without opening any of it. */
export async function listCaptured(
  flags: ConfigFlags & { readonly format: 'text' | 'json' },
): Promise<void> {
  const { root, config } = await placeOf(flags)
  const configured = config.workflows.filter(({ capture }) => capture !== undefined)
  const names = new Set([...configured.map(({ id }) => id), ...capturedWorkflows(root)])
  const rows = [...names].toSorted().map((workflow) => {
    const own = workflowIn(config, workflow)
    prune(root, workflow, own)
    return rowOf(workflow, own, keptFiles(join(root, workflow)))
  })
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, workflows: rows }, null, 2)}\n`
      : rows.length === 0
        ? 'nothing is captured: no workflow of holdfast.yaml has `capture`\n'
        : rows.map((row) => `${visibleText(rowText(row))}\n`).join(''),
  )
}

interface Row {
  readonly workflow: string
  /** Null: it captures nothing any more. */
  readonly rate: number | null
  readonly calls: number
  readonly bytes: number
  /** Days; null: nothing is kept. */
  readonly from: string | null
  readonly to: string | null
  readonly keptUntil: string | null
}

function rowOf(workflow: string, own: ConfigWorkflow | null, files: readonly KeptFile[]): Row {
  const days = files.map(({ at }) => new Date(at).toISOString().slice(0, 10))
  return {
    workflow,
    rate: own?.capture?.rate ?? null,
    calls: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    from: days[0] ?? null,
    to: days.at(-1) ?? null,
    keptUntil:
      files
        .map(({ until }) => until)
        .toSorted()
        .at(-1) ?? null,
  }
}

function rowText({ workflow, rate, calls, bytes, from, to, keptUntil }: Row): string {
  const what = rate === null ? 'captures no more' : `rate ${rate}`
  const span = from === null ? '' : `, ${from} to ${to ?? ''}, kept until ${keptUntil ?? ''}`
  return `${workflow.padEnd(26)} ${String(calls).padStart(6)} calls ${String(bytes).padStart(10)} bytes  ${what}${span}`
}

interface OpenFlags extends ConfigFlags {
  readonly key: string
  readonly by?: string | undefined
}

/** `holdfast tasks capture show WORKFLOW`: what was captured, as it is kept. */
export async function showCaptured(
  workflow: string,
  flags: OpenFlags & { readonly limit: number },
): Promise<void> {
  const { opened } = await openedOf(workflow, flags)
  const shown = opened.tasks.slice(-flags.limit)
  await recordUse(flags, {
    kind: 'capture',
    workflow,
    event: 'shown',
    tasks: shown.length,
    recipient: opened.recipient,
    digest: digest(canonicalJson(shown)),
    by: actorOf(flags.by),
  })
  await printOut(shown.map((one) => `${JSON.stringify(one, null, 2)}\n`).join(''))
  if (shown.length < opened.tasks.length)
    process.stderr.write(
      `the newest ${shown.length} of ${opened.tasks.length} are shown; --limit shows more\n`,
    )
}

interface ExportFlags extends OpenFlags {
  readonly output: string
  readonly force: boolean
  readonly format: 'text' | 'json'
}

/** `holdfast tasks capture export WORKFLOW --output FOLDER`: a task set for a person to look through. */
export async function exportCaptured(workflow: string, flags: ExportFlags): Promise<void> {
  confirmNoSet(flags)
  const { opened, configured } = await openedOf(workflow, flags)
  const set = capturedSet(opened.tasks, {
    id: basename(resolve(flags.output)).replace(/[^\w.-]+/g, '-'),
    workflow,
    configured,
    today: new Date().toISOString().slice(0, 10),
  })
  if (set.tasks.length === 0)
    throw new Fault('HF_TASKS_UNKNOWN', 'none of the calls that were drawn became a task', {
      others: [...set.leftOut].map(([reason, count]) => `${count} × ${reason}`),
    })
  // On record before anything of it lies readable on a disk.
  await recordUse(flags, {
    kind: 'capture',
    workflow,
    event: 'exported',
    tasks: set.tasks.length,
    recipient: opened.recipient,
    digest: digest(canonicalJson({ tasks: set.tasks, recorded: [...set.recorded] })),
    by: actorOf(flags.by),
  })
  await writeTaskSet(flags.output, set)
  const outcome = outcomeOf(set, opened, flags.output)
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, ...outcome }, null, 2)}\n`
      : exportText(outcome),
  )
}

function outcomeOf(
  set: CapturedSet,
  opened: {
    readonly ofOtherKeys: number
    readonly damaged: number
    readonly tasks: readonly CapturedTask[]
  },
  output: string,
) {
  return {
    output,
    calls: opened.tasks.length,
    tasks: set.tasks.length,
    clusters: new Set(set.tasks.map(({ cluster }) => cluster)).size,
    recordedAnswers: set.recorded.size,
    nearCopies: set.nearCopies,
    leftOut: Object.fromEntries(set.leftOut),
    redacted: Object.fromEntries(set.redacted),
    ofOtherKeys: opened.ofOtherKeys,
    damaged: opened.damaged,
  }
}

function exportText(outcome: ReturnType<typeof outcomeOf>): string {
  const listed = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([kind, count]) => `${count} × ${kind}`)
      .join(', ')
  const { calls, tasks, clusters, output, recordedAnswers, ofOtherKeys, damaged } = outcome
  const left = listed(outcome.leftOut)
  return `${[
    `${tasks} tasks in ${clusters} clusters of ${calls} calls, in ${visibleText(output)}`,
    ...(outcome.nearCopies > 0 ? [`near copies left out: ${outcome.nearCopies}`] : []),
    ...(left === '' ? [] : [`calls that make no task: ${left}`]),
    ...(ofOtherKeys > 0 ? [`sealed for another key: ${ofOtherKeys}`] : []),
    ...(damaged > 0 ? [`damaged: ${damaged}`] : []),
    `taken out: ${listed(outcome.redacted) || 'nothing was found'}`,
    ...(recordedAnswers > 0
      ? [`answers of the model of the workflow: ${recordedAnswers}, in ${answersFile}`]
      : []),
    'a person must still:',
    '  look through the tasks: names, places and stories that nothing marks are in them as they were',
    `  add \`graders\` to ${headerFile}, and \`expected\` to tasks whose graders compare; the recorded answer is not known to be right`,
    '  add known good and known bad answers, on which graders are measured',
    `  take \`"review": "needed"\` out of ${headerFile}`,
    `next: \`holdfast tasks check ${visibleText(output)}\``,
  ].join('\n')}\n`
}

async function placeOf({ config: path }: ConfigFlags) {
  const config = await loadConfig(path, true)
  if (config === null) throw new TypeError('a configuration that must exist is there')
  return { root: capturedRoot(dirname(resolve(path))), config }
}

async function openedOf(workflow: string, flags: OpenFlags) {
  const { root, config } = await placeOf(flags)
  if (config.ledger === undefined)
    throw new Fault('HF_CONFIG_INVALID', 'holdfast.yaml has no `ledger`', {
      expected: 'a ledger: every use of captured tasks is recorded in it',
      advice: '`holdfast ledger keys init` makes its keys',
    })
  const configured = workflowIn(config, workflow)
  prune(root, workflow, configured)
  return { configured, opened: openCaptured(root, workflow, await ownersKey(flags.key)) }
}

/** What is past its day is not read any more, also where no gateway has run since. */
function prune(root: string, workflow: string, configured: ConfigWorkflow | null): void {
  const limits = configured?.capture ?? { tasksMax: Infinity, bytesMax: Infinity, days: 36_500 }
  if (capturedWorkflows(root).includes(workflow))
    removeOld(join(root, workflow), { ...limits, now: Date.now() })
}

function workflowIn({ workflows }: HoldfastConfig, id: string): ConfigWorkflow | null {
  return workflows.find((one) => one.id === id) ?? null
}

async function recordUse(flags: ConfigFlags, entry: EntryBody): Promise<void> {
  const configPath = resolve(flags.config)
  const config = await loadConfig(configPath, true)
  const keeper = recordKeeper({ config, configPath })
  try {
    await keeper.deciding((recorder) => recorder.record(entry))
  } finally {
    await keeper.close()
  }
}
