import { readFileSync } from 'node:fs'
import { Agent, request } from 'undici'

/**
 * The least that asking the same takes: each call posted to the gateway and its answer read, so many at a time, and
 * nothing kept. Words: address of the gateway, file of bodies, calls at the same time.
 */
const [gateway = '', file = '', concurrent = '4'] = process.argv.slice(2)
const calls = JSON.parse(readFileSync(file, 'utf8')) as readonly {
  readonly route: string
  readonly body: string
}[]
const agent = new Agent()
const open = [...calls]

async function work(): Promise<void> {
  for (let call = open.pop(); call !== undefined; call = open.pop()) {
    const answer = await request(`${gateway}/v1/chat/completions`, {
      method: 'POST',
      dispatcher: agent,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${process.env['HOLDFAST_TEST_CLEARED'] ?? ''}`,
        'holdfast-workflow': 'count',
        'holdfast-route': call.route,
      },
      body: call.body,
    })
    const text = await answer.body.text()
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text}`)
    JSON.parse(text)
  }
}

await Promise.all(Array.from({ length: Number(concurrent) }, work))
await agent.close()
