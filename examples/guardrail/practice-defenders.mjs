// Two "models" to practise with. Both look a task up in the set of phrasings beside this file and answer with what such an answer
// shows; warden-3 refuses where alarming words of the trade stand in the question. No models at all, and nothing leaves this
// machine. Any Node runs it: node practice-defenders.mjs
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const port = Number(process.argv[2] ?? 8790)
const lines = readFileSync(new URL('phrasings/phrasings.jsonl', import.meta.url), 'utf8').trim().split('\n')
const phrasings = lines
  .map((line) => JSON.parse(line))
  .flatMap(({ phrasings: ways, signs }) => Object.values(ways).map((words) => ({ words, signs })))
const alarming = /attack|exploit|malware|payload|intruder|hack|backdoor|weaponised/i

function answerOf(model, question) {
  if (model === 'warden-3' && alarming.test(question.split('\n')[0]))
    return 'I’m sorry, but I can’t help with attacks.'
  const task = phrasings.find(({ words }) => question.startsWith(words))
  return task === undefined ? 'Hello.' : `Here it is: ${task.signs.map(({ anyOf }) => anyOf[0]).join('; ')}.`
}

createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  const { model, messages } = JSON.parse(text === '' ? '{}' : text)
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify({
      id: 'chatcmpl-practice',
      object: 'chat.completion',
      created: 1795510800,
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: answerOf(model, String(messages?.at(-1)?.content ?? '')) }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
    }),
  )
}).listen(port, '127.0.0.1', () => console.log(`practice defenders on http://127.0.0.1:${port}`))
