import type { CapturedAnswer } from '../call-capture.ts'
import { wholeCall } from '../conversations/recalled.ts'
import type { Progress } from './progress.ts'
import type { Turn } from './turn.ts'

/** Hands a call over that becomes a task. The caller has its answer: nothing of this holds it up. */
export function captureAnswer(run: Progress, turn: Turn, answer: CapturedAnswer): void {
  const { capture, clock } = run.tools
  const { id, codec, headers, workflow } = run.call
  if (capture === null || workflow === null) return
  const cluster = headers['holdfast-cluster']
  capture.take({
    call: id,
    workflow: workflow.id,
    protocol: codec.protocol,
    request: wholeCall(run.call).bytes,
    cluster: typeof cluster === 'string' && cluster !== '' ? cluster : null,
    answer,
    model: turn.servedModel ?? turn.judged.hop.model,
    providerModel: turn.writtenModel,
    outcome: run.outcome(turn),
    at: clock.now(),
  })
}
