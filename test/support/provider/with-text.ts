import { frame } from './frame.ts'
import { send, type Step } from './step.ts'

/** The same answer with a text in its frames replaced. Not for protocols whose frames tell their length. */
export function withText(steps: readonly Step[], text: string, other: string): readonly Step[] {
  return steps.map((step): Step => {
    if (step.kind === 'head') {
      const headers = step.headers.filter(([name]) => name !== 'content-length')
      return { ...step, headers }
    }
    if (step.kind !== 'send') return step
    const changed = step.frame.bytes.toString('utf8').replaceAll(text, other)
    return send(frame(step.frame.carries, changed))
  })
}
