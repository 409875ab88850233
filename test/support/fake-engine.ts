import { createServer } from 'node:http'

/**
 * Stands in for `llama-server` where it must go wrong: `node fake-engine.ts HOW … --port N --alias NAME`. It never
 * stands in where something must go right that a real one could do.
 */
const [how = '', ...words] = process.argv.slice(2)
const valueOf = (flag: string): string => words[words.lastIndexOf(flag) + 1] ?? ''
const key = process.env['LLAMA_API_KEY']
const startedAt = performance.now()
/** `late`: it is ready only then. */
const lateMs = 700

if (how === 'dies') {
  process.stderr.write('reading the weights\ncannot allocate memory\n')
  process.exit(3)
}
if (how === 'stubborn') process.on('SIGTERM', () => undefined)

createServer((request, response) => {
  const { url, headers } = request
  const answer = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  if (url === '/die') process.exit(7)
  if (url === '/health') {
    const isReady = how !== 'hangs' && (how !== 'late' || performance.now() - startedAt > lateMs)
    return answer(isReady ? 200 : 503, {})
  }
  if (url === '/v1/models')
    return answer(200, {
      data: [{ id: how === 'other-model' ? 'test/other' : valueOf('--alias') }],
    })
  if (url === '/environment') return answer(200, process.env)
  const isOpen = how === 'open' || headers.authorization === `Bearer ${key}`
  return answer(isOpen ? 200 : 401, {})
}).listen(how === 'wrong-port' ? 0 : Number(valueOf('--port')), '127.0.0.1')
