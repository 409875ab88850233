const mark = 'gemini_'

/**
 * Calls have no ids in much of this protocol, and all others ask for them. One is made of the place where the call
 * stands, and is left out again on its way back.
 */
export function madeCallId(place: string): string {
  return mark + place
}

export function isMadeCallId(id: string): boolean {
  return id.startsWith(mark)
}
