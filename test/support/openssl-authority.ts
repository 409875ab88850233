import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const isWithoutOpenssl = spawnSync('openssl', ['version']).status !== 0

/** A time-stamping authority as OpenSSL has it, under a root of its own, all in one folder. */
export interface OpensslAuthority {
  /** PEM of the root. */
  readonly root: string
  /** Grants a request (TimeStampReq); the answer is a TimeStampResp. */
  reply(query: Uint8Array): Buffer
  /** What `openssl ts -verify` says of an answer over a file. */
  verify(answer: string, data: string): string
}

export interface AuthorityWishes {
  /** Arguments of `openssl req` that choose the key. */
  readonly key: readonly string[]
  readonly signerHash: string
  /** Hash by which a token names its certificate: SHA-1 is ESSCertID, any other ESSCertIDv2. */
  readonly certificateHash: string
}

const configuration = ({ signerHash, certificateHash }: AuthorityWishes) => `
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = authority
[authority]
serial = ./serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = ${signerHash}
ess_cert_id_alg = ${certificateHash}
accuracy = secs:1, millisecs:500
tsa_name = yes
`

export function opensslAuthority(folder: string, wishes: AuthorityWishes): OpensslAuthority {
  mkdirSync(folder, { recursive: true })
  const run = (...words: readonly string[]): string => {
    const ran = spawnSync('openssl', words, { cwd: folder, encoding: 'utf8' })
    if (ran.status !== 0) throw new Error(`openssl ${words.join(' ')}: ${ran.stderr}`)
    return ran.stdout
  }
  writeFileSync(join(folder, 'authority.cnf'), configuration(wishes))
  writeFileSync(join(folder, 'serial'), '01\n')
  const asked = ['req', '-config', 'authority.cnf', '-nodes', ...wishes.key]
  const rootWords = [
    '-x509',
    '-days',
    '3',
    '-subj',
    '/O=Acme Time/CN=Acme Root',
    '-extensions',
    'root',
  ]
  run(...asked, ...rootWords, '-keyout', 'root.key', '-out', 'root.pem')
  run(...asked, '-subj', '/O=Acme Time/CN=Acme TSA', '-keyout', 'signer.key', '-out', 'signer.csr')
  const issued = ['x509', '-req', '-in', 'signer.csr', '-CA', 'root.pem', '-CAkey', 'root.key']
  const extensions = ['-extfile', 'authority.cnf', '-extensions', 'signer']
  run(...issued, '-set_serial', '2', '-days', '3', ...extensions, '-out', 'signer.pem')
  return {
    root: join(folder, 'root.pem'),
    reply: (query) => {
      writeFileSync(join(folder, 'query'), query)
      const keys = ['-signer', 'signer.pem', '-inkey', 'signer.key']
      run(
        'ts',
        '-reply',
        '-config',
        'authority.cnf',
        '-queryfile',
        'query',
        ...keys,
        '-out',
        'reply',
      )
      return readFileSync(join(folder, 'reply'))
    },
    verify: (answer, data) =>
      run('ts', '-verify', '-in', answer, '-data', data, '-CAfile', 'root.pem'),
  }
}
