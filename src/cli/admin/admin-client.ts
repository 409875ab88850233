import { request } from 'undici'
import * as z from 'zod'
import { Fault, messageOf } from '../../base/fault.ts'
import { jsonOrNull } from '../../base/json-or-null.ts'
import { type AdminRole, type HoldfastConfig } from '../../schema/holdfast-config.ts'
import { readToken } from './admin-tokens.ts'
import { adminLimits } from './limits.ts'
import { readServe, type RunningServe } from './running-serve.ts'

/** The admin API of the `holdfast serve` that runs on this folder. */
export interface AdminClient {
  readonly running: RunningServe
  call<T extends z.ZodType>(
    answer: T,
    asked: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: object },
  ): Promise<z.infer<T>>
}

const tokenVariable = 'HOLDFAST_ADMIN_TOKEN'
const healthMs = 3_000

/** What a role may do, all that others of the list may as well. */
const wider: Readonly<Record<AdminRole, number>> = { admin: 3, operator: 2, counsel: 1, viewer: 0 }

/**
 * Null: none runs there, or its admin port answers for health only, so that a command acts on the store; a running
 * process hears of that. A token goes to nobody but the process that was announced.
 */
export async function adminClient(
  config: HoldfastConfig,
  configPath: string,
  folder: string,
): Promise<AdminClient | null> {
  const running = await runningServe(configPath)
  if (running === null) return null
  const { tokens = [], oidc } = config.admin ?? {}
  if (tokens.length === 0 && oidc === undefined) return null
  const token = await tokenOf(config, folder)
  return {
    running,
    call: async (answer, asked) => {
      const { status, text } = await ask(running, { ...asked, token })
      const read = jsonOrNull(text)
      if (status >= 300) throw refusal(status, read)
      const parsed = answer.safeParse(read)
      if (parsed.success) return parsed.data
      throw new Fault('HF_ADMIN_UNREACHABLE', `what ${running.admin} answered is not understood`, {
        expected: 'a `holdfast serve` of the same version as this command',
      })
    },
  }
}

/** The `holdfast serve` that answers now for the folder of a configuration; null: none does. */
export async function runningServe(configPath: string): Promise<RunningServe | null> {
  const running = await readServe(configPath)
  return running !== null && (await isThatProcess(running)) ? running : null
}

async function isThatProcess({ admin, instance }: RunningServe): Promise<boolean> {
  try {
    const { statusCode, headers, body } = await request(`${reachable(admin)}/healthz`, {
      headersTimeout: healthMs,
      bodyTimeout: healthMs,
    })
    await body.dump()
    return statusCode === 200 && headers['holdfast-instance'] === instance
  } catch {
    return false
  }
}

/** What the caller gives, else the widest token of holdfast.yaml that this user can read. */
async function tokenOf({ admin }: HoldfastConfig, folder: string): Promise<string> {
  const given = process.env[tokenVariable]?.trim()
  if (given !== undefined && given !== '') return given
  const listed = (admin?.tokens ?? []).toSorted((a, b) => wider[b.role] - wider[a.role])
  const problems: string[] = []
  for (const { id, token } of listed) {
    try {
      const text = await readToken(token, folder, id)
      if (text !== '') return text
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      problems.push(`\`${id}\` does not count: ${messageOf(error)}`)
    }
  }
  throw new Fault(
    'HF_ADMIN_REFUSED',
    '`holdfast serve` runs on this folder, and no token for it can be read here',
    {
      expected: `a token in \`${tokenVariable}\`, or one of \`admin.tokens\` that this user can read`,
      others: problems,
    },
  )
}

async function ask(
  { admin }: RunningServe,
  asked: {
    readonly method: 'GET' | 'POST'
    readonly path: string
    readonly body?: object
    readonly token: string
  },
): Promise<{ readonly status: number; readonly text: string }> {
  const { method, path, body, token } = asked
  try {
    const { statusCode, body: answer } = await request(`${reachable(admin)}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      headersTimeout: adminLimits.answerMs,
      bodyTimeout: adminLimits.answerMs,
    })
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of answer) {
      bytes += (chunk as Buffer).length
      if (bytes > adminLimits.answerBytesMax) throw new Error('the answer is too large')
      chunks.push(chunk as Buffer)
    }
    return { status: statusCode, text: Buffer.concat(chunks).toString('utf8') }
  } catch (error) {
    throw new Fault('HF_ADMIN_UNREACHABLE', `${admin} gave no answer: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

const Refusal = z.object({
  error: z.object({
    message: z.string(),
    code: z.string().optional(),
    expected: z.string().optional(),
    advice: z.string().optional(),
  }),
})

function refusal(status: number, read: unknown): Fault {
  const parsed = Refusal.safeParse(read)
  const { message, code, expected, advice } = parsed.success
    ? parsed.data.error
    : { message: `status ${status}`, code: undefined, expected: undefined, advice: undefined }
  if (status >= 500 && code === undefined) return new Fault('HF_ADMIN_UNREACHABLE', message)
  const known = codesOfCommands.find((one) => one === code)
  return new Fault(known ?? 'HF_ADMIN_REFUSED', message, { expected, advice })
}

/** Codes that mean the same whether a command or the running process found it. */
const codesOfCommands = [
  'HF_ROUTE_UNKNOWN',
  'HF_CIRCUIT_UNKNOWN',
  'HF_CIRCUIT_UNPROBED',
  'HF_LEDGER_UNRECORDED',
  'HF_STORE_CONFLICT',
  'HF_STORE_UNREACHABLE',
  'HF_STORE_UNWRITABLE',
  'HF_STORE_BUSY',
] as const

/** A server that is bound to every address is reached over loopback. */
function reachable(address: string): string {
  return address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
}
