import { BlockList, isIP } from 'node:net'

/**
 * Networks that no outgoing message of holdfast may reach unless their host was declared: this machine, private and
 * link-local networks (metadata of clouds among them), and what is set aside (RFC 6890 and its two registries). The
 * ranges that carry an IPv4 address within (NAT64, 6to4, Teredo, IPv4-compatible) are set aside whole.
 */
const privateRanges: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  // Answers virtual machines of one cloud with their configuration, although the address is a public one.
  ['168.63.129.16', 32, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  ['::', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
  ['5f00::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 9, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]

const list = new BlockList()
for (const [network, prefix, family] of privateRanges) list.addSubnet(network, prefix, family)

/** Also true for a text that is no address: what cannot be judged is not reached. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address)
  // An IPv4 address in the form of IPv6 (`::ffff:…`) is held against the ranges of IPv4 by the list itself.
  return family === 0 || list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}
