// Three "models" to practise trials with. Each is a list of words, looked for in a mail one after the other: no model at all,
// but like models they differ in what they get wrong. It speaks OpenAI Chat Completions on loopback, and withdraws a clerk
// when told to. Nothing leaves this machine. Any Node runs it: node practice-clerks.mjs
//
//   curl -X POST http://127.0.0.1:8790/withdraw/clerk-9     the clerk answers 404 from now on
import { createServer } from 'node:http'

const port = Number(process.argv[2] ?? 8790)
const withdrawn = new Set()

const press = /article|interview|journal|magazine|newsroom|story|radio|film|print the photo|strike|figures of|deadline at/i
const billing = /invoice|charged|debit|fee|discount|refunded|purchase order|pay|subscription|receipt|credit card|quote/i
const shipping = /parcel|track|courier|deliver|order has arrived|box arrived|warehouse|customs/i
const returns = /return|swap|send the lamp back|broke|give it back|sent it back|screen|exchange it|warranty/i

const clerks = {
  'clerk-9': [[press, 'press'], [/thesis/, 'press'], [returns, 'returns'], [/torn|seal|ordered green|else's/, 'returns'], [billing, 'billing'], [shipping, 'shipping']],
  'clerk-2': [[press, 'press'], [/blogger|your tweet/, 'press'], [/rate/, 'billing'], [billing, 'billing'], [returns, 'returns'], [shipping, 'shipping']],
  'clerk-1': [[shipping, 'shipping'], [/invoice|charged|fee|pay/i, 'billing'], [returns, 'returns'], [/journal|article/i, 'press']],
}

createServer(async (request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname
  const order = /^\/withdraw\/(.+)$/.exec(path)
  if (order !== null) {
    withdrawn.add(order[1])
    return response.end(`${order[1]}: withdrawn\n`)
  }
  if (path === '/v1/models')
    return json(response, 200, { object: 'list', data: Object.keys(clerks).map((id) => ({ id })) })
  let text = ''
  for await (const chunk of request) text += chunk
  const { model, messages } = JSON.parse(text === '' ? '{}' : text)
  if (clerks[model] === undefined || withdrawn.has(model))
    return json(response, 404, { error: { type: 'not_found_error', message: `model: ${model}` } })
  const mail = String(messages?.at(-1)?.content ?? '')
  const team = clerks[model].find(([words]) => words.test(mail))?.[1] ?? 'shipping'
  json(response, 200, {
    id: 'chatcmpl-practice',
    object: 'chat.completion',
    created: 1795510800,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: team }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 30 + mail.length, completion_tokens: 2, total_tokens: 32 + mail.length },
  })
}).listen(port, '127.0.0.1', () => console.log(`practice clerks on http://127.0.0.1:${port}`))

function json(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
