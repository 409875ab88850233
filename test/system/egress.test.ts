import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { test } from 'node:test'
import type { Fault } from '../../src/base/fault.ts'
import { type EgressRequest, type EgressRules, postGuarded } from '../../src/cli/egress.ts'
import { startServer } from '../support/loopback-server.ts'

/** The answer's text, or what the fault says. */
async function outcome(
  address: string,
  rules: Partial<EgressRules> = {},
  request: Partial<EgressRequest> = {},
): Promise<string> {
  try {
    const sent = { address, contentType: 'text/plain', body: 'hello', answerBytesMax: 1000 }
    const answer = await postGuarded({ ...sent, ...request }, { privateHosts: [], ...rules })
    return `${answer.contentType}: ${answer.body.toString()}`
  } catch (error) {
    assert.equal((error as Fault).code, 'HF_POST_FAILED')
    return (error as Fault).message
  }
}

function resolvesTo(...addresses: readonly string[]) {
  let count = 0
  const resolve = async (): Promise<readonly LookupAddress[]> => {
    count += 1
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  return { resolve, count: () => count }
}

const echo = await startServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' })
  response.end(`${request.headers.host} ${request.body.toString()}`)
})
const port = echo.host.split(':')[1] ?? ''

test('a declared host in a private network is reached, with or without its port, under every spelling', async () => {
  for (const privateHosts of [['127.0.0.1'], [echo.host], ['other', '127.1'], ['2130706433']])
    assert.equal(
      await outcome(echo.address, { privateHosts }),
      `text/plain: ${echo.host} hello`,
      privateHosts.join(),
    )
  assert.match(
    await outcome(`http://LocalHost:${port}/`, { privateHosts: ['localhost'] }),
    /^text\/plain: localhost/,
  )
})

test('an IPv6 address is declared in brackets, in any of its forms', async () => {
  const address = 'http://[::1]:1/'
  for (const privateHosts of [['[::1]'], ['[::1]:1'], ['[0:0:0:0:0:0:0:1]']])
    assert.doesNotMatch(await outcome(address, { privateHosts }), /public network|https/)
  assert.match(await outcome(address, { privateHosts: ['[::1]:2'] }), /it is no https address/)
})

test('a host or a port that was not declared is not reached', async () => {
  const before = echo.received.length
  for (const privateHosts of [[], ['127.0.0.1:1'], ['127.0.0.2'], ['localhost'], ['0.0.1'], ['1']])
    assert.match(
      await outcome(echo.address, { privateHosts }, { mayBeHttp: true }),
      /: `127\.0\.0\.1` is no address of the public network$/,
      privateHosts.join(),
    )
  assert.equal(echo.received.length, before)
})

test('a public name that leads into a private network is refused, whichever of its addresses does', async () => {
  for (const addresses of [
    ['127.0.0.1'],
    ['169.254.169.254'],
    ['fd00:ec2::254'],
    ['::ffff:10.0.0.1'],
    ['::ffff:a00:1'],
    ['93.184.216.34', '10.0.0.1'],
  ]) {
    const { resolve } = resolvesTo(...addresses)
    assert.match(
      await outcome(`http://public.example:${port}/`, { resolve }, { mayBeHttp: true }),
      /^cannot post to http:\/\/public\.example:\d+: `\S+` is no address of the public network$/,
    )
  }
  const { resolve } = resolvesTo()
  assert.match(await outcome('https://public.example/', { resolve }), /its name has no address/)
})

test('a name is resolved once, and connected to where it was looked at', async () => {
  const { resolve, count } = resolvesTo('127.0.0.1')
  const address = `http://hook.internal:${port}/`
  assert.equal(
    await outcome(address, { resolve, privateHosts: ['hook.internal'] }),
    `text/plain: hook.internal:${port} hello`,
    'the name has no address outside of this test, and is what the server is asked as',
  )
  assert.equal(count(), 1)
})

test('another address of the same name is tried when the first does not answer', async () => {
  const { resolve } = resolvesTo('127.0.0.2', '127.0.0.1')
  const address = `http://hook.internal:${port}/`
  assert.match(await outcome(address, { resolve, privateHosts: ['hook.internal'] }), /^text\/plain/)
})

test('redirects are not followed', async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    const away = await startServer(
      (_, response) => void response.writeHead(status, { location: echo.address }).end(),
    )
    const before = echo.received.length
    assert.match(
      await outcome(away.address, { privateHosts: ['127.0.0.1'] }),
      new RegExp(`it redirects \\(${status}\\), and redirects are not followed`),
    )
    assert.equal(echo.received.length, before)
  }
})

test('an answer has a limit, whether its length is told or not', async () => {
  const long = await startServer((request, response) => {
    if (request.path === '/told') response.writeHead(200, { 'content-length': '2000' })
    response.write('x'.repeat(1000))
    response.end('x'.repeat(1000))
  })
  const rules = { privateHosts: [long.host] }
  for (const path of ['/told', '/untold'])
    assert.match(
      await outcome(`${long.address}${path}`, rules),
      /its answer is longer than 1000 bytes/,
    )
  assert.match(await outcome(long.address, rules, { answerBytesMax: 2000 }), /^: x{2000}$/)
  assert.equal(await outcome(long.address, rules, { answerBytesMax: 0 }), ': ', 'not read at all')
})

test('time has a limit for all of it: resolving, headers, and an answer that trickles', async (t) => {
  const slow = await startServer((request, response) => {
    if (request.path === '/headers') return
    response.writeHead(200)
    const timer = setInterval(() => response.write('x'), 50)
    t.after(() => clearInterval(timer))
  })
  const rules = { privateHosts: [slow.host] }
  const timeoutMs = 400
  const expected = /no whole answer came within 0\.4 s$/
  for (const path of ['/headers', '/body'])
    assert.match(await outcome(`${slow.address}${path}`, rules, { timeoutMs }), expected)
  const resolve = () => new Promise<never>(() => undefined)
  assert.match(await outcome('https://slow.example', { resolve }, { timeoutMs }), expected)
})

test('what is answered with anything but success is told, and nothing secret with it', async () => {
  const failing = await startServer((_, response) => void response.writeHead(503).end('secret'))
  const rules = { privateHosts: ['127.0.0.1'] }
  const told = await outcome(`${failing.address}/secret?secret#secret`, rules)
  assert.equal(told, `cannot post to ${failing.address}: it answered 503`)
  assert.match(await outcome('http://127.0.0.1:1/', rules), /ECONNREFUSED/)
  for (const address of ['http://name:secret@127.0.0.1/', 'http://secret@127.0.0.1/'])
    assert.match(await outcome(address, rules), /it has a name or a password in it$/)
  assert.doesNotMatch(await outcome('http://name:secret@127.0.0.1/', rules), /secret/)
})

test('http is for declared hosts and for what is signed; other schemes are for nothing', async () => {
  const { resolve, count } = resolvesTo('93.184.216.34')
  assert.match(await outcome('http://public.example/', { resolve }), /it is no https address$/)
  for (const address of ['ftp://127.0.0.1/', 'file:///etc/passwd', 'data:text/plain,x'])
    for (const mayBeHttp of [true, false])
      assert.match(
        await outcome(address, { resolve }, { mayBeHttp }),
        /it is (?:no|neither http nor) https/,
      )
  assert.match(
    await outcome('nothing', { resolve }),
    /^cannot post to the address: it is no address$/,
  )
  assert.equal(count(), 0)
})

test('a proxy of the environment is not asked', async () => {
  const proxy = await startServer((_, response) => void response.writeHead(200).end('proxy'))
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'NODE_USE_ENV_PROXY']
  for (const name of names) process.env[name] = name.startsWith('NODE') ? '1' : proxy.address
  try {
    assert.match(await outcome(echo.address, { privateHosts: [echo.host] }), /hello/)
  } finally {
    for (const name of names) delete process.env[name]
  }
  assert.equal(proxy.received.length, 0)
})
