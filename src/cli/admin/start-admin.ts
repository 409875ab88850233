import { dirname } from 'node:path'
import { Fault } from '../../base/fault.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { listenOn } from '../listen.ts'
import type { AdminContext } from './admin-context.ts'
import { createAdminServer } from './admin-server.ts'
import { endWaitingThreads } from './in-thread.ts'
import type { TokenFinder } from '../oidc-tokens.ts'
import { type AdminCaller, AdminTokens } from './admin-tokens.ts'

export interface AdminStart {
  readonly context: AdminContext
  readonly config: HoldfastConfig
  readonly issued: TokenFinder<AdminCaller> | undefined
  /** Instead of `admin.listen`. */
  readonly listen: string | undefined
  readonly warn: (message: string) => void
}

export interface RunningAdmin {
  /** Without a path. */
  readonly address: string
  /** Takes up tokens, issuers and hosts of a configuration; gives back what is wrong with them. */
  readonly configure: (
    config: HoldfastConfig,
    issued: TokenFinder<AdminCaller> | undefined,
  ) => Promise<readonly string[]>
  close(): Promise<void>
}

const defaultListen = '127.0.0.1:8701'

/** Opens the admin port. Where nobody asked for a certain one and the usual one is taken, any other does. */
export async function startAdmin({
  context,
  config,
  issued,
  listen,
  warn,
}: AdminStart): Promise<RunningAdmin> {
  const folder = dirname(context.configPath)
  let access = {
    tokens: await AdminTokens.read(config, folder),
    issued,
    hosts: config.admin?.hosts ?? [],
  }
  const server = createAdminServer({ context, access: () => access, warn })
  const wanted = listen ?? config.admin?.listen ?? defaultListen
  const address = await listenOn(server, wanted, 'admin.listen').catch(async (error: unknown) => {
    const isTaken = error instanceof Fault && error.code === 'HF_LISTEN_FAILED'
    if (wanted !== defaultListen || !isTaken) throw error
    const other = await listenOn(server, '127.0.0.1:0', 'admin.listen')
    warn(`${defaultListen} is taken: the admin port is ${other}; \`admin.listen\` sets it`)
    return other
  })
  for (const problem of access.tokens.problems) warn(problem)
  if (access.tokens.isEmpty && issued === undefined) warn(closedText)
  if (!isLoopback(address))
    warn(`the admin port ${address} can be reached from other machines, over plain HTTP`)
  return {
    address,
    configure: async (wanted, issuedNow) => {
      const tokens = await AdminTokens.read(wanted, folder)
      access = { tokens, issued: issuedNow, hosts: wanted.admin?.hosts ?? [] }
      return tokens.problems
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      await endWaitingThreads()
    },
  }
}

function isLoopback(address: string): boolean {
  const { hostname } = new URL(address)
  return /^127\.|^\[::1\]$/.test(hostname)
}

const closedText =
  'holdfast.yaml names no `admin.tokens` that can be read and no `admin.oidc`: the admin port answers for health only'
