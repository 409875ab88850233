import { conversationOf } from './chat-messages.ts'
import { expectedAnswer } from './expected-answer.ts'
import { firstEntry, type Importer, jsonLines, leftOut, taskId } from './importer.ts'

/** Samples of OpenAI's evals: also what LangSmith and others export for it. */
export const openaiEvals: Importer = {
  id: 'openai-evals',
  title: 'samples of OpenAI evals (JSONL with `input` and `ideal`)',
  documentation: ['https://github.com/openai/evals/blob/main/docs/build-eval.md'],
  fields: ['input', 'ideal'],
  recognises: (file) => {
    const first = firstEntry(file)
    return first !== null && Object.hasOwn(first, 'input') && Object.hasOwn(first, 'ideal')
  },
  *read(file) {
    for (const { line, entry } of jsonLines(file.text)) {
      const place = `${file.name}:${line}`
      const request = entry === null ? null : conversationOf(entry['input'])
      if (entry === null || request === null)
        yield { place, problem: 'no `input` that is a text or messages' }
      else
        yield {
          task: { id: taskId('sample', line), request, ...expectedAnswer(entry['ideal']) },
          place,
          // Some evals have more members, which their own programs read.
          notes: leftOut(Object.keys(entry).filter((name) => name !== 'input' && name !== 'ideal')),
        }
    }
  },
}
