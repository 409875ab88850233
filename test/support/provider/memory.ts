import { limits } from './limits.ts'
import type { Message } from './model-request.ts'

/** What the provider remembers between requests. */
export interface Memory {
  /** How often, and since when, a model has been asked in a case; this time included. */
  readonly ask: (
    key: string,
    nowMs: number,
  ) => { readonly attempt: number; readonly sinceMs: number }
  /** Conversations that callers may come back to, by the id of an answer. */
  readonly conversation: (responseId: string) => readonly Message[] | null
  readonly remember: (responseId: string, messages: readonly Message[]) => void
  readonly clear: () => void
}

export function createMemory(): Memory {
  const asked = new Map<string, { count: number; firstMs: number }>()
  const conversations = new Map<string, readonly Message[]>()
  return {
    ask: (key, nowMs) => {
      const before = asked.get(key) ?? { count: 0, firstMs: nowMs }
      asked.set(key, { ...before, count: before.count + 1 })
      dropOldest(asked, limits.casesMax)
      return { attempt: before.count + 1, sinceMs: nowMs - before.firstMs }
    },
    conversation: (id) => conversations.get(id) ?? null,
    remember: (id, messages) => {
      conversations.set(id, messages)
      dropOldest(conversations, limits.conversationsMax)
    },
    clear: () => {
      asked.clear()
      conversations.clear()
    },
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return
    map.delete(key)
  }
}
