import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { Fault, messageOf } from '../base/fault.ts'
import { isPrivateAddress } from './private-address.ts'

/**
 * The one way by which a message that nobody typed by hand leaves this machine: a checkpoint to a webhook, a question
 * to a time-stamping authority. The host is resolved once, looked at, and connected to at exactly what was looked at, so that a name that points
 * elsewhere a moment later gains nothing. Redirects are never followed, a proxy of the environment is never asked, and both time
 * and answer have a limit.
 */

export interface EgressRules {
  /** Hosts, each with or without a port, that may lie in a private network; they may also be spoken to over http. */
  readonly privateHosts: readonly string[]
  /** Resolves a name to all its addresses; by default as this machine does. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>
}

export interface EgressRequest extends EgressQuestion {
  readonly contentType: string
  readonly body: string | Uint8Array
  /** True: what is asked and answered is signed, so http does no harm. */
  readonly mayBeHttp?: boolean
}

export interface EgressQuestion {
  readonly address: string
  /** For all of it: resolving, connecting, sending, the whole answer. */
  readonly timeoutMs?: number
  /** 0: the body of the answer is not read at all. */
  readonly answerBytesMax: number
}

export interface EgressAnswer {
  readonly contentType: string
  readonly body: Buffer
}

const egressLimits = { timeoutMs: 15_000, headerBytesMax: 16_384, addressesMax: 16 } as const

/** Posts, and gives the answer when it is 2xx. Whatever else happens is a fault that says what. */
export async function postGuarded(
  request: EgressRequest,
  rules: EgressRules,
): Promise<EgressAnswer> {
  return await askGuarded(request, rules)
}

/** Gets, under the same rules. */
export async function getGuarded(
  question: EgressQuestion,
  rules: EgressRules,
): Promise<EgressAnswer> {
  return await askGuarded(question, rules)
}

/** A request to post, or a question that has no body. */
type Asked = EgressQuestion & Partial<Pick<EgressRequest, 'contentType' | 'body' | 'mayBeHttp'>>

async function askGuarded(request: Asked, rules: EgressRules): Promise<EgressAnswer> {
  const { address, timeoutMs = egressLimits.timeoutMs } = request
  const url = URL.parse(address)
  const problem = url === null ? 'it is no address' : addressProblem(url, request, rules)
  if (url === null || problem !== null) throw refused(request, problem ?? '')
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const addresses = await before(signal, resolvedOf(url, rules))
    return await send(url, addresses, request, signal)
  } catch (error) {
    throw refused(
      request,
      signal.aborted
        ? `no whole answer came within ${timeoutMs / 1000} s`
        : reasonOf(error, request),
      error,
    )
  }
}

/** A reason that is told as it stands. */
class Refusal extends Error {}

function addressProblem(url: URL, request: Asked, rules: EgressRules): string | null {
  const isHttpAllowed = request.mayBeHttp === true || isDeclared(url, rules)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHttpAllowed))
    return isHttpAllowed ? 'it is neither http nor https' : 'it is no https address'
  if (url.username !== '' || url.password !== '') return 'it has a name or a password in it'
  return null
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** `host` stands for every port, `host:port` for the one; both sides in the form that a URL gives them. */
function isDeclared(url: URL, { privateHosts }: EgressRules): boolean {
  return privateHosts.some((declared) => {
    const written = /^(?<host>\[.+\]|[^:]+)(?::(?<port>\d+))?$/.exec(declared)?.groups
    const isSameHost = URL.parse(`http://${written?.['host']}`)?.hostname === url.hostname
    return (
      isSameHost && (written?.['port'] === undefined || Number(written['port']) === portOf(url))
    )
  })
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}

async function resolvedOf(url: URL, rules: EgressRules): Promise<readonly LookupAddress[]> {
  const { resolve = (host: string) => lookup(host, { all: true }) } = rules
  const found = (await resolve(hostOf(url))).slice(0, egressLimits.addressesMax)
  if (found.length === 0) throw new Refusal('its name has no address')
  const bad = isDeclared(url, rules)
    ? undefined
    : found.find((one) => isPrivateAddress(one.address))
  // One private address among several is no accident that a retry would mend.
  if (bad !== undefined) throw new Refusal(`\`${bad.address}\` is no address of the public network`)
  return found
}

/** Resolving cannot be broken off; nobody waits for it any longer than for the rest. */
function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new Refusal('it took too long'))
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

async function send(
  url: URL,
  addresses: readonly LookupAddress[],
  { body, contentType, answerBytesMax }: Asked,
  signal: AbortSignal,
): Promise<EgressAnswer> {
  const { Agent, request } = await import('undici')
  const [first] = addresses
  const agent = new Agent({
    connect: {
      // Name and certificate are those of the host; the connection goes to what was looked at.
      lookup: (_, options, done) => {
        if (options.all === true) done(null, [...addresses])
        else done(null, first?.address ?? '', first?.family)
      },
    },
    maxHeaderSize: egressLimits.headerBytesMax,
    ...(answerBytesMax === 0 ? {} : { maxResponseSize: answerBytesMax }),
  })
  try {
    const answer = await request(url, {
      dispatcher: agent,
      signal,
      ...(body === undefined
        ? { method: 'GET', headers: { accept: '*/*' } }
        : {
            method: 'POST',
            headers: { 'content-type': contentType ?? 'application/json', accept: '*/*' },
            body: typeof body === 'string' ? body : Buffer.from(body),
          }),
    })
    const { statusCode, headers } = answer
    if (statusCode < 200 || statusCode > 299 || answerBytesMax === 0) {
      answer.body.on('error', () => undefined).destroy()
      if (statusCode >= 300 && statusCode < 400)
        throw new Refusal(`it redirects (${statusCode}), and redirects are not followed`)
      if (statusCode < 200 || statusCode > 299) throw new Refusal(`it answered ${statusCode}`)
      return { contentType: String(headers['content-type'] ?? ''), body: Buffer.alloc(0) }
    }
    return {
      contentType: String(headers['content-type'] ?? ''),
      body: Buffer.from(await answer.body.arrayBuffer()),
    }
  } finally {
    await agent.destroy()
  }
}

function reasonOf(error: unknown, { answerBytesMax }: Asked): string {
  if (error instanceof Error && 'code' in error && error.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return `its answer is longer than ${answerBytesMax} bytes`
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return messageOf(error)
}

/** The origin alone is shown: paths and queries of webhooks are secrets more often than not. */
function refused({ address, body }: Asked, reason: string, cause?: unknown): Fault {
  const shown = URL.parse(address)?.origin ?? 'the address'
  const what = body === undefined ? 'cannot read from' : 'cannot post to'
  return new Fault('HF_POST_FAILED', `${what} ${shown}: ${reason}`, {
    expected: 'an address of the public network that answers 2xx',
    cause,
  })
}
