/** What a piece of text is; its colour follows from that. */
export type Tone = 'heading' | 'good' | 'warning' | 'bad' | 'faint' | 'strong'

export type Paint = (tone: Tone, text: string) => string

const codes: Readonly<Record<Tone, readonly [number, number]>> = {
  heading: [1, 22],
  strong: [1, 22],
  faint: [2, 22],
  good: [32, 39],
  warning: [33, 39],
  bad: [31, 39],
}

/** Colours when they are wanted, else the bare text. */
export function painter(colour: boolean): Paint {
  if (!colour) return (_tone, text) => text
  return (tone, text) => {
    const [on, off] = codes[tone]
    return `\u001b[${on}m${text}\u001b[${off}m`
  }
}
