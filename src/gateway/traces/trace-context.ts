/** What a caller says of the trace that its request belongs to (W3C Trace Context). */
export interface TraceParent {
  /** 32 hex digits. */
  readonly trace: string
  /** 16 hex digits. */
  readonly span: string
  readonly isSampled: boolean
}

const form =
  /^(?<version>[0-9a-f]{2})-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<more>-.*)?$/
const sampled = 1

/** Null: it is none, or one that the standard says to pass over. */
export function traceParentOf(written: string | undefined): TraceParent | null {
  const { version, trace, span, flags, more } = form.exec(written ?? '')?.groups ?? {}
  if (trace === undefined || span === undefined || flags === undefined) return null
  if (version === 'ff' || (version === '00' && more !== undefined)) return null
  if (/^0+$/.test(trace) || /^0+$/.test(span)) return null
  return { trace, span, isSampled: (Number.parseInt(flags, 16) & sampled) === sampled }
}

export function traceParentText({ trace, span, isSampled }: TraceParent): string {
  return `00-${trace}-${span}-${isSampled ? '01' : '00'}`
}
