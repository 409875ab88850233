import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Fault } from '../base/fault.ts'
import { whyNot } from './why-not.ts'

/** Binds a server, and gives back its address as a URL without a path. `name`: where holdfast.yaml says it. */
export async function listenOn(server: Server, wanted: string, name: string): Promise<string> {
  const { host, port } = addressOf(wanted, name)
  await new Promise<void>((done, failed) => {
    server.once('error', (error) =>
      failed(
        new Fault('HF_LISTEN_FAILED', `cannot listen on \`${wanted}\`: ${whyNot(error)}`, {
          expected: 'a free address and port of this machine',
          advice: `free it, or name another one with ${flagOf(name)} or \`${name}\` in holdfast.yaml`,
          cause: error,
        }),
      ),
    )
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      done()
    })
  })
  const address = server.address() as AddressInfo
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${shown}:${address.port}`
}

function flagOf(name: string): string {
  return name === 'admin.listen' ? '--admin-listen' : '--listen'
}

function addressOf(wanted: string, name: string): { readonly host: string; readonly port: number } {
  const found = /^(?:\[(?<six>[^\]]+)\]|(?<four>[^:[\]]+)):(?<port>\d{1,5})$/.exec(wanted)?.groups
  const port = Number(found?.['port'])
  if (found === undefined || port > 65_535)
    throw new Fault('HF_CONFIG_INVALID', `\`${wanted}\` is no address to listen on`, {
      expected: 'a host and a port, such as `127.0.0.1:8700` or `[::1]:8700`',
      advice: `${flagOf(name)} or \`${name}\` in holdfast.yaml says it`,
    })
  return { host: found['six'] ?? found['four'] ?? '127.0.0.1', port }
}
