import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Socket } from 'node:net'
import { isToken } from './frame.ts'
import type { OpenRecord } from './received-request.ts'
import type { Step } from './step.ts'

interface Playing {
  readonly response: ServerResponse
  readonly socket: Socket
  readonly record: OpenRecord
  readonly splitBytes: number
  /** Fires when the caller leaves or the provider closes. */
  readonly signal: AbortSignal
}

/** Carries the steps out, one after another, and notes how far it got. */
export async function playSteps(steps: readonly Step[], playing: Playing): Promise<void> {
  for (const step of steps) {
    if (playing.signal.aborted) return
    await playStep(step, playing)
  }
}

async function playStep(step: Step, playing: Playing): Promise<void> {
  const { response, signal } = playing
  switch (step.kind) {
    case 'head':
      response.writeHead(
        step.status,
        step.headers.flatMap(([name, value]) => [name, value]),
      )
      response.flushHeaders()
      note(playing, { status: step.status })
      return
    case 'send':
      await sendBytes(step.frame.bytes, playing)
      note(playing, {
        framesSent: playing.record.progress.framesSent + 1,
        tokensSent: playing.record.progress.tokensSent + (isToken(step.frame) ? 1 : 0),
      })
      return
    case 'wait':
      await flushed(playing)
      await delay(step.ms, undefined, { signal }).catch(() => undefined)
      return
    case 'gate':
      await flushed(playing)
      step.gate.reached()
      await Promise.race([step.gate.opened, whenAborted(signal)])
      return
    case 'end':
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true })
        response.end(() => resolve())
      })
      note(playing, { ending: 'ended' })
      return
    case 'raw':
      note(playing, { status: statusOf(step.bytes) })
      await writeOut(playing.socket, step.bytes, signal)
      note(playing, { bytesSent: playing.record.progress.bytesSent + step.bytes.length })
      return
    case 'cut':
      await flushed(playing)
      note(playing, { ending: 'broken' })
      if (step.by === 'reset') playing.socket.resetAndDestroy()
      else playing.socket.destroySoon()
  }
}

function note(playing: Playing, changes: Partial<OpenRecord['progress']>): void {
  playing.record.progress = { ...playing.record.progress, ...changes }
}

function statusOf(bytes: Buffer): number | null {
  const heads = bytes.toString('latin1').matchAll(/HTTP\/1\.1 ([2-5]\d\d)/g)
  const [first] = [...heads].map(([, status]) => Number(status))
  return first ?? null
}

async function sendBytes(bytes: Buffer, playing: Playing): Promise<void> {
  const { response, signal, splitBytes } = playing
  if (splitBytes === 0) {
    const isTaken = response.write(bytes)
    note(playing, { bytesSent: playing.record.progress.bytesSent + bytes.length })
    if (!isTaken) await flushed(playing)
    return
  }
  for (let at = 0; at < bytes.length && !signal.aborted; at += splitBytes) {
    const part = bytes.subarray(at, at + splitBytes)
    await writeOut(response, part, signal)
    note(playing, { bytesSent: playing.record.progress.bytesSent + part.length })
  }
}

/** Waits until all that was written has left, so that a slow reader slows the provider down. */
async function flushed(playing: Playing): Promise<void> {
  if (playing.response.writableLength > 0) {
    await writeOut(playing.response, Buffer.alloc(0), playing.signal)
  }
}

async function writeOut(
  target: ServerResponse | Socket,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<void> {
  await new Promise<void>((resolve) => {
    const leave = (): void => resolve()
    signal.addEventListener('abort', leave, { once: true })
    target.write(bytes, () => {
      signal.removeEventListener('abort', leave)
      resolve()
    })
  })
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
