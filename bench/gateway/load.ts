import { Pool } from 'undici'

/**
 * Sends requests and measures what comes back. A process of its own, asked by messages: `Load` in, `LoadResult` out.
 */

export interface Load {
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly connections: number
  readonly requests: number
  /** The connections begin spread over so many milliseconds; 0: together. */
  readonly spreadMs: number
}

export interface LoadResult {
  readonly seconds: number
  /** Milliseconds until the last byte, of each request. */
  readonly wholeMs: readonly number[]
  /** Milliseconds until the first word of the answer. */
  readonly firstMs: readonly number[]
}

/** Stands in every chunk of an answer of the upstream that has a word in it. */
const word = 'lorem'

interface Times {
  readonly wholeMs: number
  readonly firstMs: number
}

function send(pool: Pool, { path, headers, body }: Load): Promise<Times> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    let firstMs: number | null = null
    let status = 0
    let said = ''
    pool.dispatch(
      { path, method: 'POST', headers, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, given) => {
          status = given
        },
        onResponseData: (_controller, chunk) => {
          if (status !== 200) said += chunk.toString()
          if (firstMs === null && chunk.includes(word)) firstMs = performance.now() - startedAt
        },
        onResponseEnd: () => {
          if (status !== 200 || firstMs === null)
            reject(new Error(`no answer: status ${status} ${said.slice(0, 500)}`))
          else resolve({ wholeMs: performance.now() - startedAt, firstMs })
        },
        onResponseError: (_controller, error) => reject(error),
      },
    )
  })
}

async function run(load: Load): Promise<LoadResult> {
  const { origin, connections, requests, spreadMs } = load
  const pool = new Pool(origin, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })
  const all: Times[] = []
  let left = requests
  const startedAt = performance.now()
  const one = async (number: number) => {
    if (spreadMs > 0)
      await new Promise((resolve) => setTimeout(resolve, (spreadMs * number) / connections))
    while (left > 0) {
      left -= 1
      all.push(await send(pool, load))
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, number) => one(number)))
  const seconds = (performance.now() - startedAt) / 1000
  await pool.close()
  return {
    seconds,
    wholeMs: all.map(({ wholeMs }) => wholeMs),
    firstMs: all.map(({ firstMs }) => firstMs),
  }
}

process.on('message', (load: Load) => {
  run(load).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ failure: String(error) }),
  )
})
process.send?.('ready')
