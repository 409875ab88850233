import type { ChildProcess } from 'node:child_process'
import type { Money } from '../../../schema/holdfast-config.ts'
import { startCommand } from '../../start-command.ts'
import type { Requalification } from './requalification.ts'

/** So much of what the run says is kept for whoever asks why it failed. */
const toldLengthMax = 2_000
/** A run that takes longer hangs. */
const runMsMax = 24 * 60 * 60_000

export interface ScheduledTrial {
  readonly configPath: string
  readonly budget: Money
}

/** Runs `holdfast qualify run` in a process of its own; throws the end of what it said when it failed. */
export async function runScheduledTrial(
  { configPath, budget }: ScheduledTrial,
  run: Requalification,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const child = startCommand(
    [...wordsOf(run), '--budget', `${budget.amount} ${budget.currency}`, '--config', configPath],
    'ignore',
  )
  let told = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    told = (told + text).slice(-toldLengthMax)
  })
  const stop = (): void => void child.kill('SIGTERM')
  const timer = setTimeout(stop, runMsMax)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const code = await endOf(child)
    if (code !== 0) throw new Error(told.trim() === '' ? `exit ${code}` : told.trim())
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

/** What a person would type. */
function wordsOf({
  workflow,
  candidate,
}: Pick<Requalification, 'workflow' | 'candidate'>): readonly string[] {
  return [
    'qualify',
    'run',
    // What is due has a verdict that stands, most often.
    '--again',
    '--workflow',
    workflow,
    ...(candidate === null ? [] : ['--candidate', candidate]),
    '--by',
    'schedule',
  ]
}

async function endOf(child: ChildProcess): Promise<string | number> {
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, end) => resolve(code ?? end ?? 'unknown'))
  })
}
