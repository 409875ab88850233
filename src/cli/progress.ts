import type { AuditProgress } from '../audit/index.ts'

/** One line on stderr that is written over, on a terminal only. */
export interface Progress {
  readonly update: (state: ProgressState) => void
  readonly note: (text: string) => void
  readonly end: () => void
}

interface ProgressState extends AuditProgress {
  readonly elapsedMs: number
}

const redrawEveryMs = 100

export function createProgress(stream: NodeJS.WriteStream, isQuiet: boolean): Progress {
  const isDrawn = stream.isTTY && !isQuiet
  let drawnAt = Number.NEGATIVE_INFINITY
  let hasLine = false
  function clear(): void {
    if (hasLine) stream.write('\r\u001b[2K')
    hasLine = false
  }
  return {
    update(state) {
      if (!isDrawn || state.elapsedMs - drawnAt < redrawEveryMs) return
      drawnAt = state.elapsedMs
      clear()
      stream.write(progressLine(state).slice(0, Math.max(20, (stream.columns ?? 80) - 1)))
      hasLine = true
    },
    note(text) {
      clear()
      if (!isQuiet) stream.write(`${text}\n`)
    },
    end: clear,
  }
}

function progressLine(state: ProgressState): string {
  const seconds = state.elapsedMs / 1000
  switch (state.phase) {
    case 'listing':
      return `listing files… ${state.filesSeen}`
    case 'reading': {
      const rate = seconds > 0 ? state.filesDone / seconds : 0
      const left = rate > 0 ? Math.ceil((state.filesToRead - state.filesDone) / rate) : null
      const time = left === null ? '' : `, ${left} s left`
      return `reading ${state.filesDone}/${state.filesToRead} of ${state.filesSeen} files, ${Math.round(rate)} files/s${time}`
    }
    case 'owners':
      return `asking git's history for owners, ${state.filesDone}/${state.filesToRead} files`
  }
}
