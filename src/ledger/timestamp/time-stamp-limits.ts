/** Limits of time stamps (RFC 3161). */
export const timeStampLimits = {
  /** Of an answer or a file of one: a token with its chain has some thousand bytes. */
  answerBytesMax: 256 * 1024,
  nonceBytes: 8,
  /** Certificates that a token may bring along. */
  certificatesMax: 32,
  /** From the authority's certificate to the one that is trusted, both counted. */
  chainCertificatesMax: 8,
  /** Two clocks may differ by as much before it is called a fault. */
  clockDifferenceMsMax: 5 * 60_000,
  rsaBitsMin: 2048,
} as const
