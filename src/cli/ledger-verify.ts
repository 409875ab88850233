import { Fault } from '../base/fault.ts'
import {
  type LedgerVerification,
  nodeFiles,
  type NoteVerifier,
  parseVerifierKey,
  verifyLedger,
} from '../ledger/index.ts'
import { readTextFile } from './read-text-file.ts'
import { printOut } from './write-output.ts'

export interface VerifyFlags {
  readonly key: readonly string[]
  readonly witness: readonly string[]
  readonly schema: boolean
  readonly format: 'text' | 'json'
}

const problemsShown = 20

export async function ledgerVerify(folder: string, flags: VerifyFlags): Promise<void> {
  const found = await verifyLedger({
    root: folder,
    files: nodeFiles,
    withSchema: flags.schema,
    trusted: await Promise.all(flags.key.map(readVerifierKey)),
    witnessNotes: await Promise.all(flags.witness.map(readTextFile)),
  })
  if (found.logs.length === 0)
    throw new Fault('HF_FILE_READ', `there is no log in \`${folder}\``, {
      expected: 'a folder of logs, each with a `log.json`',
      advice: 'name the folder of the ledger, by default `.holdfast/ledger` beside holdfast.yaml',
    })
  await printOut(flags.format === 'json' ? verificationJson(found) : verificationText(found))
  if (!found.isWhole) process.exitCode = 1
}

async function readVerifierKey(text: string): Promise<NoteVerifier> {
  const key = parseVerifierKey(text) ?? parseVerifierKey(await readTextFile(text))
  if (key !== null) return key
  throw new Fault('HF_USAGE', `\`${text}\` holds no public key of a ledger`, {
    expected: '`NAME+KEYID+BASE64`, as `keys` in log.json has it',
  })
}

function verificationText(found: LedgerVerification): string {
  const lines = found.logs.flatMap((log) => {
    const signed = log.checkpoint === null ? 0 : log.checkpoint.size
    const state = log.problems.length === 0 ? 'whole' : 'BAD'
    const removed = log.removed.length === 0 ? '' : `, ${log.removed.length} removed by retention`
    return [
      `${state}  ${log.origin}: ${log.entries} entries, ${signed} signed${removed}`,
      ...log.problems.slice(0, problemsShown).map((problem) => {
        const entry = problem.entry === null ? '' : `entry ${problem.entry}: `
        const offset = problem.offset === null ? '' : ` at byte ${problem.offset}`
        return `  ${entry}${problem.reason} (${problem.file}${offset})`
      }),
      ...(log.problems.length > problemsShown
        ? [`  and ${log.problems.length - problemsShown} more`]
        : []),
    ]
  })
  if (found.selfNamedKeys.length > 0)
    lines.push(
      'The keys were taken from the folder itself; hold them against those you know:',
      ...found.selfNamedKeys.map((key) => `  ${key}`),
    )
  return `${lines.join('\n')}\n`
}

function verificationJson(found: LedgerVerification): string {
  const logs = found.logs.map((log) => ({
    ...log,
    checkpoint:
      log.checkpoint === null
        ? null
        : { ...log.checkpoint, root: log.checkpoint.root.toString('base64') },
  }))
  return `${JSON.stringify({ ...found, logs }, null, 2)}\n`
}
