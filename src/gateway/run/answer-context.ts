import type { StreamWriter } from '../../protocols/index.ts'
import type { Progress } from './progress.ts'

/** What an answer in the caller's protocol is written with. */
export function answerContext({ call, tools }: Progress, servedModel: string | null) {
  return {
    id: call.id,
    model: servedModel ?? call.requested,
    created: Math.floor(tools.clock.now() / 1000),
    request: call.superset(),
  }
}

export function streamWriter(run: Progress, model: string | null): StreamWriter {
  return run.call.codec.createWriter(answerContext(run, model))
}

/** A writer that stands where the caller is. */
export function writerAtEnd(run: Progress): StreamWriter {
  const writer = streamWriter(run, run.answer.facts.servedModel)
  for (const event of run.delivered.events) writer.write(event)
  return writer
}
