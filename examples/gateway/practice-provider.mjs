// A provider of models to practise with: it speaks Anthropic Messages and OpenAI Chat Completions on loopback, always says
// the same, and withdraws a model when told to. Nothing leaves this machine. Any Node runs it: node practice-provider.mjs
//
//   curl -X POST http://127.0.0.1:8790/withdraw/claude-fable-5     the model answers 404 from now on
//   curl -X POST http://127.0.0.1:8790/restore/claude-fable-5      it answers again
import { createServer } from 'node:http'

const port = Number(process.argv[2] ?? 8790)
const withdrawn = new Set()
const words = 'The change looks safe; one query is built from input and needs a parameter.'.split(' ')
/** Slow enough to see an answer come. */
const pauseMs = 150

const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname
  const order = /^\/(withdraw|restore)\/(.+)$/.exec(path)
  if (order !== null) {
    if (order[1] === 'withdraw') withdrawn.add(order[2])
    else withdrawn.delete(order[2])
    return response.end(`${order[2]}: ${order[1] === 'withdraw' ? 'withdrawn' : 'restored'}\n`)
  }
  if (path === '/v1/models')
    return json(response, 200, { object: 'list', data: [{ id: 'claude-fable-5' }, { id: 'qwen3' }] })
  let text = ''
  for await (const chunk of request) text += chunk
  const { model, stream } = JSON.parse(text === '' ? '{}' : text)
  const speak = { '/v1/messages': anthropic, '/v1/chat/completions': openai }[path]
  if (speak === undefined || withdrawn.has(model)) {
    const error = { type: 'not_found_error', message: `model: ${model}` }
    return json(response, 404, { type: 'error', error })
  }
  if (stream !== true) return json(response, 200, speak.whole(model))
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of speak.opening(model)) response.write(event)
  for (const word of words) {
    response.write(speak.word(model, `${word} `))
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  for (const event of speak.closing(model)) response.write(event)
  response.end()
})

function json(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

const event = (name, data) => `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`
const usage = { input_tokens: 12, output_tokens: words.length }

const anthropic = {
  message: (model) => ({ id: 'msg_practice', type: 'message', role: 'assistant', model }),
  whole(model) {
    const content = [{ type: 'text', text: words.join(' ') }]
    return { ...this.message(model), content, stop_reason: 'end_turn', stop_sequence: null, usage }
  },
  opening(model) {
    const message = { ...this.message(model), content: [], stop_reason: null, stop_sequence: null, usage }
    const content_block = { type: 'text', text: '' }
    return [event('message_start', { message }), event('content_block_start', { index: 0, content_block })]
  },
  word: (_model, text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  closing: () => [
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage }),
    event('message_stop', {}),
  ],
}

const openai = {
  head: (model, object) => ({ id: 'chatcmpl-practice', object, created: 1795510800, model }),
  chunk(model, delta, finish_reason = null) {
    const choices = [{ index: 0, delta, finish_reason }]
    return `data: ${JSON.stringify({ ...this.head(model, 'chat.completion.chunk'), choices })}\n\n`
  },
  whole(model) {
    const message = { role: 'assistant', content: words.join(' ') }
    const choices = [{ index: 0, message, finish_reason: 'stop' }]
    const counts = { prompt_tokens: 12, completion_tokens: words.length, total_tokens: 12 + words.length }
    return { ...this.head(model, 'chat.completion'), choices, usage: counts }
  },
  opening(model) {
    return [this.chunk(model, { role: 'assistant', content: '' })]
  },
  word(model, text) {
    return this.chunk(model, { content: text })
  },
  closing(model) {
    return [this.chunk(model, {}, 'stop'), 'data: [DONE]\n\n']
  },
}

server.listen(port, '127.0.0.1', () => console.log(`practice provider on http://127.0.0.1:${port}`))
