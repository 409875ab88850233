import { lookup } from 'node:dns/promises'
import { request } from 'node:https'
import { BlockList, isIP } from 'node:net'
import { Fault, messageOf } from '../base/fault.ts'

/**
 * Addresses that no outgoing message of holdfast may reach unless a route declares them: this machine, private
 * networks, link-local ones (cloud metadata among them), and those that are set aside (RFC 6890 and its registries).
 */
const privateRanges: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]

const timeoutMs = 15_000

export function isPrivateAddress(address: string): boolean {
  const list = new BlockList()
  for (const [network, prefix, family] of privateRanges) list.addSubnet(network, prefix, family)
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return list.check(mapped, 'ipv4')
  const family = isIP(address)
  return family === 0 || list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** Posts over https to an address of the public network: resolved once, and connected to what was resolved. */
export async function postJson(address: string, body: unknown): Promise<void> {
  const url = URL.parse(address)
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw refused(address, 'it is no https address without a name and password in it')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const resolved = await lookup(host).catch((error: unknown) => {
    throw refused(address, messageOf(error))
  })
  if (isPrivateAddress(resolved.address))
    throw refused(address, `\`${resolved.address}\` is no address of the public network`)
  const content = JSON.stringify(body)
  const status = await new Promise<number>((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(content),
        },
        // Name and certificate are those of the host; the connection goes to the address that was looked at.
        lookup: (_, options, done) => {
          if (options.all === true) done(null, [resolved])
          else done(null, resolved.address, resolved.family)
        },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      },
    )
    sent.on('error', reject)
    sent.end(content)
  }).catch((error: unknown) => {
    throw refused(address, messageOf(error))
  })
  if (status < 200 || status > 299) throw refused(address, `it answered ${status}`)
}

function refused(address: string, reason: string): Fault {
  const shown = URL.parse(address)?.origin ?? 'the address'
  return new Fault('HF_POST_FAILED', `cannot post to ${shown}: ${reason}`, {
    expected: 'an https address of the public network that answers 2xx',
  })
}
