import type { CapturedCall } from '../../gateway/index.ts'
import type { CaptureSettings } from './capture-settings.ts'

/** What the thread is told. */
export type ToCaptureThread =
  | { readonly kind: 'settings'; readonly settings: CaptureSettings }
  | { readonly kind: 'call'; readonly call: CapturedCall }
  | { readonly kind: 'stop' }

/** What it tells. */
export type FromCaptureThread =
  /** A call is done with, kept or not. */
  | { readonly kind: 'done'; readonly bytes: number }
  /** Why nothing can be kept; null: it can again. */
  | { readonly kind: 'problem'; readonly problem: string | null }
