import { nano } from './trial-costs.ts'
import type { TrialProgress } from './run-trial.ts'

const redrawEveryMs = 200

/** One line on a terminal that is written over; nothing elsewhere. */
export function trialProgress(
  stream: NodeJS.WriteStream,
  name: string,
  currency: string | null,
): { readonly update: (progress: TrialProgress) => void; readonly end: () => void } {
  const isDrawn = stream.isTTY
  let drawnAt = Number.NEGATIVE_INFINITY
  let hasLine = false
  const clear = (): void => {
    if (hasLine) stream.write('\r\u001b[2K')
    hasLine = false
  }
  return {
    update: (progress) => {
      const now = performance.now()
      if (!isDrawn || now - drawnAt < redrawEveryMs) return
      drawnAt = now
      clear()
      // Some terminals do not know how wide they are, and say 0.
      const width = stream.columns > 20 ? stream.columns - 1 : 79
      stream.write(progressText(name, progress, currency).slice(0, width))
      hasLine = true
    },
    end: clear,
  }
}

/** Counts, and what an e-process may show at any time; a trial that is looked at once shows no figure before. */
export function progressText(
  name: string,
  { phase, answered, planned, cost, look }: TrialProgress,
  currency: string | null,
): string {
  const calls = `${answered} of ${planned} calls`
  const paid = currency === null || cost === 0 ? '' : `, ${(cost / nano).toFixed(2)} ${currency}`
  const quality = look?.gates.find(({ gate }) => gate === 'quality')
  const range = quality?.interval ?? null
  const interval =
    quality === undefined || range === null
      ? ''
      : `, difference ${signed(quality.estimate ?? 0)} (${signed(range.lower)} to ${signed(range.upper)}), E ${Math.exp(quality.logE ?? 0).toPrecision(2)}`
  // A narrow terminal cuts off the name first.
  return `${phase}: ${calls}${paid}${interval}  ${name}`
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
}
