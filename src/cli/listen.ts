import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Fault, messageOf } from '../base/fault.ts'

/** Binds a server, and gives back its address as a URL without a path. `name`: where holdfast.yaml says it. */
export async function listenOn(server: Server, wanted: string, name: string): Promise<string> {
  const { host, port } = addressOf(wanted)
  await new Promise<void>((done, failed) => {
    server.once('error', (error) =>
      failed(
        new Fault('HF_LISTEN_FAILED', `cannot listen on \`${wanted}\`: ${messageOf(error)}`, {
          expected: 'a free address and port of this machine',
          advice: `\`${name}\` in holdfast.yaml or a flag names another one`,
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

function addressOf(wanted: string): { readonly host: string; readonly port: number } {
  const found = /^(?:\[(?<six>[^\]]+)\]|(?<four>[^:[\]]+)):(?<port>\d{1,5})$/.exec(wanted)?.groups
  const port = Number(found?.['port'])
  if (found === undefined || port > 65_535)
    throw new Fault('HF_CONFIG_INVALID', `\`${wanted}\` is no address to listen on`, {
      expected: 'a host and a port, such as `127.0.0.1:8700` or `[::1]:8700`',
    })
  return { host: found['six'] ?? found['four'] ?? '127.0.0.1', port }
}
