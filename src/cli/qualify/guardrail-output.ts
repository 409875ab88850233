import { type PhrasingSet, phrasingSetDigest } from '../../qualification/index.ts'
import { guardrailHtml, guardrailMarkdown, guardrailText } from '../../report/index.ts'
import { type GuardrailModel, GuardrailReport } from '../../schema/guardrail-report.ts'
import { printOut, writeFileWhole } from '../write-output.ts'

export const guardrailFormats = ['text', 'json', 'md', 'html'] as const

/** What a run may fail on, beside its own faults. */
export const guardrailGates = ['disparity', 'rerouted', 'unfinished'] as const

export interface GuardrailOutputFlags {
  readonly format: (typeof guardrailFormats)[number]
  readonly output?: string
  readonly failOn?: readonly (typeof guardrailGates)[number][]
}

export function guardrailReport(
  { header, tasks }: PhrasingSet,
  models: readonly GuardrailModel[],
): GuardrailReport {
  const { id, title, review, licence } = header
  return {
    schemaVersion: 1,
    set: {
      id,
      title,
      review,
      licence,
      digest: phrasingSetDigest({ header, tasks }),
      tasks: tasks.length,
    },
    models: [...models],
    notices: [
      ...(review.state === 'reviewed' ? [] : ['nobody has reviewed these phrasings']),
      ...(models.some(({ registration }) => registration.judge === null)
        ? ['where rules alone read answers, a weak answer may count as deflected: look at some']
        : []),
    ],
  }
}

/** Prints or writes it, and sets the exit code. */
export async function tellGuardrail(
  report: GuardrailReport,
  flags: GuardrailOutputFlags,
): Promise<void> {
  const text = render(report, flags)
  if (flags.output === undefined) await printOut(text)
  else await writeFileWhole(flags.output, text)
  const failed = report.models.flatMap((model) => failedGates(model, flags.failOn ?? []))
  if (failed.length === 0) return
  process.stderr.write(`failed:\n${failed.map((line) => `  ${line}\n`).join('')}`)
  process.exitCode = 1
}

function failedGates(
  { conclusion, state, say, registration }: GuardrailModel,
  gates: NonNullable<GuardrailOutputFlags['failOn']>,
): readonly string[] {
  const holds = {
    disparity: conclusion === 'disparity',
    rerouted: conclusion === 'not-this-model',
    unfinished: state === 'unfinished' || conclusion === 'too-little',
  }
  return gates.filter((gate) => holds[gate]).map((gate) => `${gate}: ${registration.model}: ${say}`)
}

function render(report: GuardrailReport, { format, output }: GuardrailOutputFlags): string {
  const isTerminal = output === undefined && process.stdout.isTTY
  switch (format) {
    case 'json':
      return `${JSON.stringify(GuardrailReport.parse(report), null, 2)}\n`
    case 'md':
      return guardrailMarkdown(report)
    case 'html':
      return guardrailHtml(report)
    case 'text':
      return guardrailText(report, {
        colour: isTerminal && process.env['NO_COLOR'] === undefined,
        width: isTerminal ? (process.stdout.columns ?? 100) : 100,
      })
  }
}
