import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'undici'
import { Fault, messageOf } from '../../base/fault.ts'
import { jsonOrNull } from '../../base/json-or-null.ts'
import { shorten, visibleText } from '../../base/visible-text.ts'
import { engineEnvironment } from './engine-environment.ts'
import { guardProcess } from './engine-guard.ts'
import type { EngineWish } from './engine-wish.ts'
import { checkWeights } from './weights-file.ts'

export interface EnginePlace {
  readonly port: number
  readonly key: string
}

/** An engine that is ready. */
export interface EngineProcess {
  readonly pid: number
  /** Resolves when it has ended, with how. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

const lookMs = 100
const answerMs = 5_000
const lastWordsMax = 500
/** An engine may finish what it is at before it is killed. */
const stopMs = 5_000

/**
 * Starts an engine on a port of loopback with a key that nobody else knows, and waits until it serves the model under
 * its name. What is wrong is thrown, and then nothing of it runs any more.
 */
export async function startEngine(
  wish: EngineWish,
  place: EnginePlace,
  signal: AbortSignal,
): Promise<EngineProcess> {
  await checkWeights(wish.weights)
  const child = spawn(wish.program, engineArguments(wish, place.port), {
    // A group of its own: Ctrl-C ends the gateway, which first lets requests end and then ends the engine.
    detached: true,
    env: engineEnvironment(process.env, place.key),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = endOf(child, wish.program)
  const lastWords = lastWordsOf(child)
  const unguard = child.pid === undefined ? null : guardProcess(child.pid)
  void ended.then(() => unguard?.())
  const engine = { pid: child.pid ?? 0, ended, stop: () => stop(child, ended) }
  try {
    await readyOrThrow({ wish, place, ended, lastWords, signal })
    lastWords.forget()
    return engine
  } catch (error) {
    await engine.stop()
    throw error
  }
}

/** Later words win in llama.cpp: what the gateway relies on stands last. */
function engineArguments(wish: EngineWish, port: number): readonly string[] {
  const { model, weights, contextTokens, concurrent } = wish
  return [
    ...wish.arguments,
    '--model',
    weights,
    '--alias',
    model,
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--ctx-size',
    String(contextTokens * concurrent),
    '--parallel',
    String(concurrent),
    '--jinja',
  ]
}

function endOf(child: ChildProcess, program: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  child.once('error', (error) => resolve(`\`${program}\` cannot be run: ${messageOf(error)}`))
  child.once('exit', (code, signal) => {
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`
    const hint = signal === 'SIGILL' ? ', so it was built for another kind of processor' : ''
    resolve(`\`${program}\` ended ${how}${hint}`)
  })
  return promise
}

interface LastWords {
  read(): string
  /** From now on nothing is kept: what a running engine says could be of a request. */
  forget(): void
}

function lastWordsOf(child: ChildProcess): LastWords {
  let isKept = true
  let words = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (isKept) words = `${words}${text}`.slice(-lastWordsMax)
    })
  return {
    read: () => visibleText(words.trim().replaceAll(/\s*\n\s*/g, ' | ')),
    forget: () => {
      isKept = false
      words = ''
    },
  }
}

interface Awaited {
  readonly wish: EngineWish
  readonly place: EnginePlace
  readonly ended: Promise<string>
  readonly lastWords: LastWords
  readonly signal: AbortSignal
}

async function readyOrThrow({ wish, place, ended, lastWords, signal }: Awaited): Promise<void> {
  const client = new Client(`http://127.0.0.1:${place.port}`, {
    headersTimeout: answerMs,
    bodyTimeout: answerMs,
  })
  const over = new AbortController()
  const limit = AbortSignal.any([signal, over.signal, AbortSignal.timeout(wish.startMs)])
  try {
    const how = await Promise.race([ended, untilHealthy(client, limit)])
    if (how !== null) {
      signal.throwIfAborted()
      const said = lastWords.read()
      throw new Fault('HF_LOCAL_ENGINE', said === '' ? how : `${how}; its last words: ${said}`)
    }
    await checkIdentity(client, wish, place)
  } finally {
    over.abort()
    await client.destroy()
  }
}

/** Null: it says that it is ready. Else what came of waiting. */
async function untilHealthy(client: Client, limit: AbortSignal): Promise<string | null> {
  for (;;) {
    if ((await statusOf(client, limit)) === 200) return null
    if (limit.aborted) return 'it was not ready within `local.startWithin`'
    await delay(lookMs, null, { signal: limit }).catch(() => undefined)
  }
}

/** 0: no answer. */
async function statusOf(client: Client, signal: AbortSignal): Promise<number> {
  try {
    const { statusCode, body } = await client.request({ method: 'GET', path: '/health', signal })
    await body.dump()
    return statusCode
  } catch {
    return 0
  }
}

/** What listens there must be the engine that was started, and closed to everybody else. */
async function checkIdentity(
  client: Client,
  wish: EngineWish,
  { key }: EnginePlace,
): Promise<void> {
  const authorization = `Bearer ${key}`
  try {
    const open = await client.request({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    await open.body.dump()
    if (open.statusCode !== 401)
      throw new Fault('HF_LOCAL_ENGINE', 'it does not ask for the key that it was given', {
        expected: 'a `llama-server` that reads its key from LLAMA_API_KEY',
      })
    const list = await client.request({
      method: 'GET',
      path: '/v1/models',
      headers: { authorization },
    })
    const text = await list.body.text()
    if (!namesIn(text).includes(wish.model))
      throw new Fault(
        'HF_LOCAL_ENGINE',
        `it does not list \`${wish.model}\`: ${shorten(visibleText(text), 200)}`,
        {
          expected: 'a `llama-server` that names the model as --alias says',
        },
      )
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('HF_LOCAL_ENGINE', `it gives no answer: ${messageOf(error)}`, { cause: error })
  }
}

function namesIn(text: string): readonly unknown[] {
  const list = jsonOrNull(text)
  if (typeof list !== 'object' || list === null || !('data' in list) || !Array.isArray(list.data))
    return []
  return list.data.map((one: unknown) =>
    typeof one === 'object' && one !== null && 'id' in one ? one.id : null,
  )
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs)
  await ended
  clearTimeout(timer)
}
